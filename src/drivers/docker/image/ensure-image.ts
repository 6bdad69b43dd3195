import { EnvironmentError } from '../../../errors.js';
import { type NodeBinary, ownNodeBinary } from '../../../machine/node-binary.js';
import type { Engine } from '../engine/engine.js';
import { buildImage } from './build-image.js';
import { readDockerfile } from './dockerfile.js';
import { type InspectedImage, inspectImage } from './inspect-image.js';
import { removeUnused } from './left-overs.js';
import { readProgram } from './program.js';
import {
  baseLabel,
  bundleLabel,
  dockerfileLabel,
  type ImageOrigin,
  type ImageSource,
  imageReference,
  nodeVersionLabel,
  originOf,
} from './reference.js';

export interface EnsureOptions {
  /** Name and tag; by default those of this cqkd. */
  reference?: string;
  /** Where the program of the nodes is, when it is not the one that processes run. */
  bundle?: string;
  /** By default `auto`, for which an image that is there is right wherever its Node comes from. */
  from?: ImageSource;
  /** The image that the registry way begins with, instead of the Dockerfile's. */
  base?: string | undefined;
  /** The Node.js of this machine that the image is to have; then it is built without a registry. */
  node?: NodeBinary | undefined;
  /** Builds even where the image is there. */
  force?: boolean;
  signal: AbortSignal;
  onProgress?: (step: string) => void;
}

export interface EnsuredImage {
  /** Name and tag. */
  image: string;
  id: string;
  /** Where its Node comes from; null when it does not say. */
  from: ImageOrigin | null;
  /** Of all its layers. */
  bytes: number;
  built: boolean;
}

/**
 * Sees to it that an engine has the image of the nodes, with this very program in it and built as it is built now.
 *
 * Where it is there, nothing is built and nothing fetched. An older one of that name is removed unless something runs it.
 *
 * @throws EnvironmentError, or the signal's reason; then the engine is as it was
 */
export async function ensureImage(engine: Engine, options: EnsureOptions): Promise<EnsuredImage> {
  const { reference: image = imageReference(), base, node, signal } = options;
  const from = options.from ?? (node ? 'offline' : 'auto');
  const program = readProgram(options.bundle);
  const dockerfile = readDockerfile();
  const before = await inspectImage(engine, image, { signal });
  const parts = { [bundleLabel]: program.hash, [dockerfileLabel]: dockerfile.hash };
  if (before && isWanted(before, parts, options)) {
    return { image, id: before.id, from: originOf(before.labels), bytes: before.bytes, built: false };
  }
  const origin = await buildImage(engine, {
    reference: image,
    program,
    dockerfile,
    from,
    base: base ?? dockerfile.base,
    node: node ?? ownNodeBinary(),
    before: before ? originOf(before.labels) : null,
    signal,
    onProgress: options.onProgress ?? (() => {}),
  });
  const after = await inspectImage(engine, image);
  if (after?.labels[bundleLabel] !== program.hash) {
    signal.throwIfAborted();
    throw new EnvironmentError(
      `The Docker Engine built the image ${image} and does not have it: build it again`,
    );
  }
  if (before && before.id !== after.id) await removeUnused(engine, before.id);
  return { image, id: after.id, from: origin, bytes: after.bytes, built: true };
}

/** Version of the Node.js that containers run on, as far as it is known before the image is there. */
export async function imageNodeVersion(engine: Engine, reference = imageReference()): Promise<string> {
  const image = await inspectImage(engine, reference);
  return image?.labels[nodeVersionLabel] ?? ownNodeBinary().version;
}

function isWanted(
  { labels }: InspectedImage,
  parts: Readonly<Record<string, string>>,
  { from, base, node, force }: EnsureOptions,
): boolean {
  if (force || Object.entries(parts).some(([name, value]) => labels[name] !== value)) return false;
  if (from && from !== 'auto' && originOf(labels) !== from) return false;
  if (node && node.version !== labels[nodeVersionLabel]) return false;
  return base === undefined || labels[baseLabel] === base;
}
