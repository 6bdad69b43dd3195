import { BugError, EnvironmentError, KernelFilterUnavailable } from '../../../errors.js';
import type { Engine } from '../engine/engine.js';
import { obstacleToOwnNode } from '../image/choose-origin.js';
import { dockerfilePath, readDockerfile, withLabels } from '../image/dockerfile.js';
import { type EnsuredImage, ensureImage } from '../image/ensure-image.js';
import { type InspectedImage, inspectImage } from '../image/inspect-image.js';
import { removeUnused } from '../image/left-overs.js';
import {
  baseLabel,
  dockerfileLabel,
  imageReference,
  originLabel,
  originOf,
  version,
  versionLabel,
} from '../image/reference.js';
import { runBuild } from '../image/run-build.js';
import { agentImageReference, nodeImageLabel, toolsLabel } from './reference.js';
import { type OwnTools, obstacleToOwnTools, ownTools } from './tools.js';

/** What the last stage takes over from the one before it, and where it begins. */
const fromBase = 'COPY --from=base /tools/ /';
const lastStage = /^FROM \$\{NODE_IMAGE\}$/m;

export interface EnsureAgentOptions {
  /** Name and tag; by default those of this cqkd. */
  reference?: string;
  /** The image that it begins with; by default that of the nodes, which is built where it is missing. */
  node?: Pick<EnsuredImage, 'image' | 'id' | 'from'>;
  signal: AbortSignal;
}

/** Why an engine can have no agents, as far as can be told without trying; null when it can. One line. */
export async function obstacleToAgent(engine: Engine, signal: AbortSignal): Promise<string | null> {
  const node = await inspectImage(engine, imageReference(), { signal });
  if (!node || originOf(node.labels) !== 'offline') return null;
  const agent = await inspectImage(engine, agentImageReference(), { signal });
  if (agent?.labels[nodeImageLabel] === node.id) return null;
  return obstacleToOwnNode(engine) ?? obstacleToOwnTools();
}

/**
 * Sees to it that an engine has the image of the agents, which begins with that of the nodes.
 *
 * An older one of that name is removed unless something runs it.
 *
 * @returns its name and tag
 * @throws KernelFilterUnavailable when it can't be had, or the signal's reason
 */
export async function ensureAgentImage(engine: Engine, options: EnsureAgentOptions): Promise<string> {
  const { reference = agentImageReference(), signal } = options;
  try {
    const node = options.node ?? (await ensureImage(engine, { signal }));
    await ensure(engine, reference, node, signal);
    return reference;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof EnvironmentError)) throw error;
    throw new KernelFilterUnavailable(error.message);
  }
}

async function ensure(
  engine: Engine,
  reference: string,
  node: Pick<EnsuredImage, 'image' | 'id' | 'from'>,
  signal: AbortSignal,
): Promise<void> {
  const dockerfile = readDockerfile(dockerfilePath('agent.Dockerfile'));
  const before = await inspectImage(engine, reference, { signal });
  const isOffline = node.from === 'offline';
  const why = isOffline ? (obstacleToOwnNode(engine) ?? obstacleToOwnTools()) : null;
  const tools = isOffline && why === null ? await ownTools() : undefined;
  const labels = {
    [nodeImageLabel]: node.id,
    [dockerfileLabel]: dockerfile.hash,
    ...(tools && { [toolsLabel]: tools.hash }),
  };
  if (before && Object.entries(labels).every(([name, value]) => before.labels[name] === value)) return;
  if (why !== null) throw new EnvironmentError(why);
  const stages = tools ? offlineAgentDockerfile(dockerfile.text) : dockerfile.text;
  const found = await inspectImage(engine, node.image, { signal });
  const base = found?.labels[baseLabel] ?? dockerfile.base;
  const all = { ...labels, [versionLabel]: version(), [originLabel]: tools ? 'offline' : 'registry' };
  await runBuild(engine, {
    tags: [reference],
    entries: [{ path: 'Dockerfile', content: withLabels(stages, all) }, ...contextOf(tools)],
    buildArgs: { NODE_IMAGE: node.image, ...(!tools && { NODE_BASE: base }) },
    hasNetwork: !tools,
    signal,
  });
  const after = await inspectImage(engine, reference);
  requireBuilt(after, node.id, reference);
  if (!before || before.id === after?.id) return;
  // The older image of the nodes could not go before.
  for (const id of [before.id, before.labels[nodeImageLabel]]) await removeUnnamed(engine, id);
}

/** To remove an image by its id removes its last name as well, and the same one may go by another. */
async function removeUnnamed(engine: Engine, id: string | undefined): Promise<void> {
  const image = id === undefined ? undefined : await inspectImage(engine, id);
  if (image?.tags.length === 0) await removeUnused(engine, image.id);
}

/** The last stage alone, which takes the tools from the build context. */
export function offlineAgentDockerfile(text: string): string {
  const start = text.search(lastStage);
  const stage = text.slice(start);
  if (start < 0 || !stage.includes(fromBase))
    throw new BugError('The Dockerfile of the agents has no last stage');
  return `ARG NODE_IMAGE\n${stage.replace(fromBase, 'COPY tools/ /')}`;
}

function contextOf(tools: OwnTools | undefined) {
  return (tools?.entries ?? []).map((entry) => ({ ...entry, path: `tools${entry.path}` }));
}

function requireBuilt(image: InspectedImage | undefined, nodeId: string, reference: string): void {
  if (image?.labels[nodeImageLabel] === nodeId) return;
  throw new EnvironmentError(
    `The Docker Engine built the image ${reference} and does not have it: try again`,
  );
}
