import { openEngine } from '../drivers/docker/engine/engine.js';
import type { EnsuredImage } from '../drivers/docker/image/ensure-image.js';
import type { ImageSource } from '../drivers/docker/image/reference.js';
import { UsageError } from '../errors.js';
import { type OnProgress, ProgressList } from './progress.js';

export interface ImageBuildOptions {
  from: ImageSource;
  /** The image to take Node from. */
  base?: string | undefined;
  force?: boolean;
  signal: AbortSignal;
  onProgress?: OnProgress;
}

/** The `--json` of image build. */
export interface ImageBuildResult extends EnsuredImage {
  elapsedSeconds: number;
}

/** Builds the image of the nodes unless it is there. @throws UsageError, EnvironmentError */
export async function buildImage({ onProgress, ...options }: ImageBuildOptions): Promise<ImageBuildResult> {
  if (options.base !== undefined && options.from !== 'registry')
    throw new UsageError(`--base names what --from registry begins with, got --from ${options.from}`);
  const { ensureImage } = await import('../drivers/docker/image/ensure-image.js');
  const progress = new ProgressList(onProgress);
  try {
    const image = await ensureImage(await openEngine(), {
      ...options,
      // A base that was named is what the image must come from.
      force: options.force === true || options.base !== undefined,
      onProgress: (title) => progress.set('image', { title, state: 'running' }),
    });
    progress.finish();
    return { ...image, elapsedSeconds: performance.now() / 1000 };
  } catch (error) {
    progress.fail();
    throw error;
  }
}
