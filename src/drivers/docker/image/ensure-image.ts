import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { bundlePath } from '../../process/bundle.js';
import { call } from '../engine/call.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/engine-error.js';
import { buildImage } from './build-image.js';
import { inspectImage } from './inspect-image.js';
import { bundleLabel, type ImageSource, imageReference } from './reference.js';

export interface EnsureOptions {
  /** By default what needs no network, if anything does. */
  from?: ImageSource;
  /** The image that the registry way begins with, instead of the Dockerfile's. */
  base?: string | undefined;
  /** Builds even where the image is there. */
  force?: boolean;
  signal: AbortSignal;
  onProgress?: (step: string) => void;
}

export interface EnsuredImage {
  /** Name and version. */
  image: string;
  id: string;
  /** Null when it was there. */
  from: 'registry' | 'offline' | null;
  bytes: number;
  built: boolean;
}

/**
 * Sees to it that an engine has the image of this cqkd, with this very program in it.
 *
 * @throws EnvironmentError
 */
export async function ensureImage(engine: Engine, options: EnsureOptions): Promise<EnsuredImage> {
  const image = imageReference();
  const bundle = bundlePath();
  const hash = await sha256(bundle);
  const before = await inspectImage(engine, image, options.signal);
  if (before && !options.force && before.labels[bundleLabel] === hash)
    return { image, id: before.id, from: null, bytes: before.bytes, built: false };
  const from = await buildImage(engine, { ...options, bundle, hash });
  const after = await inspectImage(engine, image, options.signal);
  if (before && after && before.id !== after.id) await removeUnused(engine, before.id);
  return { image, id: after?.id ?? '', from, bytes: after?.bytes ?? 0, built: true };
}

/** An older image that lost its names; one that a container or another name has stays. */
async function removeUnused(engine: Engine, id: string): Promise<void> {
  try {
    await call(engine, `remove the image ${id}`, () => engine.docker.getImage(id).remove());
  } catch (error) {
    if (!(error instanceof EngineError) || (error.statusCode !== 409 && !error.isMissing)) throw error;
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
