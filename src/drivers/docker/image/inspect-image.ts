import { call } from '../engine/call.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/engine-error.js';

/** An image of an engine; undefined when it is not there. Bytes are those of all its layers. */
export async function inspectImage(engine: Engine, image: string, signal?: AbortSignal) {
  try {
    const found = await call(
      engine,
      `look at the image ${image}`,
      () => engine.docker.getImage(image).inspect(),
      {
        signal,
      },
    );
    return { id: found.Id, bytes: found.Size, labels: found.Config.Labels ?? {} };
  } catch (error) {
    if (error instanceof EngineError && error.isMissing) return undefined;
    throw error;
  }
}
