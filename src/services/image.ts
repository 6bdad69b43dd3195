import { openEngine } from '../drivers/docker/engine/engine.js';
import type { EnsuredImage } from '../drivers/docker/image/ensure-image.js';
import type { ImageSource } from '../drivers/docker/image/reference.js';
import { UsageError } from '../errors.js';
import { type OnProgress, ProgressList } from './progress.js';

export interface ImageBuildOptions {
  from: ImageSource;
  /** The image to take Node from; with `auto` it means `registry`. */
  base?: string | undefined;
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
  const { base, force, signal } = options;
  const from = base !== undefined && options.from === 'auto' ? 'registry' : options.from;
  if (base !== undefined && from === 'offline') {
    throw new UsageError(`--base names what --from registry begins with, got --from offline --base ${base}`);
  }
  if (base !== undefined && !imageNamePattern.test(base)) {
    throw new UsageError(
      `--base takes the name of an image like node:22-bookworm-slim, got ${JSON.stringify(base)}`,
    );
  }
  const progress = new ProgressList(options.onProgress);
  const onProgress = (title: string) => progress.set('image', { title, state: 'running' });
  try {
    const engine = await openEngine();
    // Loaded here, since most commands need no builds.
    const { ensureImage } = await import('../drivers/docker/image/ensure-image.js');
    const { ownBytesOf } = await import('../drivers/docker/image/inspect-image.js');
    const image = await ensureImage(engine, { from, base, force, signal, onProgress });
    const ownBytes = await ownBytesOf(engine, image.id);
    progress.finish();
    return { ...image, ownBytes, elapsedSeconds: performance.now() / 1000 };
  } catch (error) {
    progress.fail();
    throw error;
  }
}
