import type { NodeBinary } from '../../../machine/node-binary.js';
import type { Engine } from '../engine/engine.js';
import { chooseOrigin } from './choose-origin.js';
import type { ContextEntry } from './context.js';
import { type Dockerfile, offlineDockerfile, withLabels } from './dockerfile.js';
import type { Program } from './program.js';
import {
  baseLabel,
  bundleLabel,
  dockerfileLabel,
  type ImageOrigin,
  type ImageSource,
  latestOf,
  nodeVersionLabel,
  originLabel,
  version,
  versionLabel,
} from './reference.js';
import { nodeParts, rootFilesystem } from './root-filesystem.js';
import { runBuild } from './run-build.js';

export interface BuildOptions {
  /** Name and tag. */
  reference: string;
  program: Program;
  dockerfile: Dockerfile;
  from: ImageSource;
  /** What the registry way begins with. */
  base: string;
  /** The Node of this machine that the offline way takes. */
  node: NodeBinary;
  /** Where the Node of the image comes from that is there; null when there is none. */
  before: ImageOrigin | null;
  signal: AbortSignal;
  onProgress: (step: string) => void;
}

/**
 * Builds the image of the nodes, and gives it the tag `latest` as well.
 *
 * Interrupted or failed, it leaves nothing; an image of that name that was there before stays as it was.
 *
 * @throws EnvironmentError
 */
export async function buildImage(engine: Engine, options: BuildOptions): Promise<ImageOrigin> {
  const { reference, base, signal, onProgress } = options;
  const origin = await chooseOrigin(engine, { ...options, wanted: options.from });
  const title = `image ${reference}, ${origin === 'offline' ? "with this machine's Node" : `from ${base}`}`;
  onProgress(title);
  await runBuild(engine, {
    tags: [reference, latestOf(reference)],
    entries: await contextOf(origin, options),
    ...(origin === 'registry' && { buildArgs: { NODE_BASE: base } }),
    signal,
    onStep: (index, total) => onProgress(`${title}, step ${index} of ${total}`),
  });
  onProgress(title);
  return origin;
}

async function contextOf(origin: ImageOrigin, options: BuildOptions): Promise<ContextEntry[]> {
  const { program, dockerfile, node } = options;
  const stages = origin === 'offline' ? offlineDockerfile(dockerfile.text) : dockerfile.text;
  const entries = [
    { path: 'Dockerfile', content: withLabels(stages, labelsOf(origin, options)) },
    { path: 'dist/cqkd-node.cjs', content: program.bundle },
    { path: 'dist/cqkd-node.licences.txt', content: program.licences },
  ];
  if (origin === 'registry') return entries;
  return [
    ...entries,
    ...rootFilesystem(await nodeParts(node.path)).map((entry) => ({ ...entry, path: `rootfs${entry.path}` })),
  ];
}

function labelsOf(
  origin: ImageOrigin,
  { program, dockerfile, base, node }: BuildOptions,
): Record<string, string> {
  const nodeVersion = origin === 'offline' ? node.version : /^node:(\d+\.\d+\.\d+)\b/.exec(base)?.[1];
  return {
    [bundleLabel]: program.hash,
    [dockerfileLabel]: dockerfile.hash,
    [versionLabel]: version(),
    [originLabel]: origin,
    'org.opencontainers.image.version': version(),
    ...(nodeVersion !== undefined && { [nodeVersionLabel]: nodeVersion }),
    ...(origin === 'registry' && { [baseLabel]: base }),
  };
}
