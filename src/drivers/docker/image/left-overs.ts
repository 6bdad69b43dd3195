import { call } from '../engine/call.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/engine-error.js';
import { inspectImage } from './inspect-image.js';
import { imageLabel } from './reference.js';

/** No build takes so long: what a build left that is older is nobody's any more. */
const staleMs = 3_600_000;
/** It comes last, and often after something went wrong: not worth a long wait. */
const timeoutMs = 60_000;

/**
 * Removes what builds of ours have left without a name: that of one build, and what is old.
 *
 * What a container or another image still needs stays.
 *
 * @param made short ids of the images that a build has led to
 */
export async function removeLeftOvers(engine: Engine, made: ReadonlySet<string>): Promise<void> {
  const filters = { dangling: ['true'], label: [imageLabel] };
  const images = await call(engine, 'list images', () => engine.docker.listImages({ filters }), {
    timeoutMs,
  });
  for (const { Id, Created } of images) {
    const isOurs = [...made].some((id) => Id.replace('sha256:', '').startsWith(id));
    if (isOurs || Date.now() - Created * 1000 > staleMs) await removeUnused(engine, Id);
  }
}

/** Removes an image that has lost its name to a later one, unless something needs it. @throws EngineError */
export async function removeUntagged(engine: Engine, id: string): Promise<void> {
  const image = await inspectImage(engine, id, { timeoutMs });
  if (image && image.tags.length === 0) await removeUnused(engine, id);
}

/** Removes an image unless something needs it. @throws EngineError */
export async function removeUnused(engine: Engine, id: string): Promise<void> {
  try {
    await call(engine, `remove the image ${id}`, () => engine.docker.getImage(id).remove(), { timeoutMs });
  } catch (error) {
    if (!(error instanceof EngineError) || (error.statusCode !== 409 && !error.isMissing)) throw error;
  }
}
