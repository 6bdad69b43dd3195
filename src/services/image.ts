import { openEngine } from '../drivers/docker/engine/engine.js';
import type { EnsuredImage } from '../drivers/docker/image/ensure-image.js';
import type { ImageSource } from '../drivers/docker/image/reference.js';
import { UsageError } from '../errors.js';
import { readNodeBinary } from '../machine/node-binary.js';
import { type OnProgress, ProgressList } from './progress.js';

export interface ImageBuildOptions {
  from: ImageSource;
  /** The image to take Node from; with `auto` it means `registry`. */
  base?: string | undefined;
  /** The Node.js of this machine that it takes: a path. */
  nodeBinary?: string | undefined;
  force?: boolean;
  signal: AbortSignal;
  onProgress?: OnProgress;
}

/** The `--json` of image build. */
export interface ImageBuildResult extends EnsuredImage {
  /** What of ours is in it: the program and its licences. */
  ownBytes: number;
  /** Since the command was typed. */
  elapsedSeconds: number;
}

/** What an image may be called; whether it is there, and well-formed, the engine says. */
const imageNamePattern = /^[\w.:/@-]+$/;

/** Builds the image of the nodes unless it is there. @throws UsageError, EnvironmentError */
export async function buildImage(options: ImageBuildOptions): Promise<ImageBuildResult> {
  const { base, force, nodeBinary, signal } = options;
  const from = sourceOf(options);
  if (base !== undefined && from === 'offline') {
    throw new UsageError(`--base names what --from registry begins with, got --from offline --base ${base}`);
  }
  if (nodeBinary !== undefined && from === 'registry') {
    throw new UsageError(
      `--node-binary names a Node.js of this machine, got it with --from registry: drop one of them`,
    );
  }
  if (base !== undefined && !imageNamePattern.test(base)) {
    throw new UsageError(
      `--base takes the name of an image like node:22-bookworm-slim, got ${JSON.stringify(base)}`,
    );
  }
  const progress = new ProgressList(options.onProgress);
  const onProgress = (title: string) => progress.set('image', { title, state: 'running' });
  try {
    const node = nodeBinary === undefined ? undefined : await readNodeBinary(nodeBinary);
    const engine = await openEngine();
    // Loaded here, since most commands need no builds.
    const { ensureImage } = await import('../drivers/docker/image/ensure-image.js');
    const { ownBytesOf } = await import('../drivers/docker/image/inspect-image.js');
    const image = await ensureImage(engine, { from, base, node, force, signal, onProgress });
    const ownBytes = await ownBytesOf(engine, image.id);
    progress.finish();
    return { ...image, ownBytes, elapsedSeconds: performance.now() / 1000 };
  } catch (error) {
    progress.fail();
    throw error;
  }
}

/** A base image means a registry, a Node.js of this machine means no registry. */
function sourceOf({ from, base, nodeBinary }: ImageBuildOptions): ImageSource {
  if (from !== 'auto') return from;
  if (base !== undefined) return 'registry';
  return nodeBinary === undefined ? 'auto' : 'offline';
}
