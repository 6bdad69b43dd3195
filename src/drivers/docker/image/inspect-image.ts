import { type CallOptions, call } from '../engine/call.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/engine-error.js';

/** An image that an engine has. */
export interface InspectedImage {
  id: string;
  /** Of all its layers. */
  bytes: number;
  labels: Readonly<Record<string, string>>;
  /** Names and tags that it has. */
  tags: readonly string[];
}

/** Looks at an image; undefined when it is not there. @throws EngineError */
export async function inspectImage(
  engine: Engine,
  image: string,
  options: CallOptions = {},
): Promise<InspectedImage | undefined> {
  try {
    const inspect = () => engine.docker.getImage(image).inspect();
    const { Id, Size, Config, RepoTags } = await call(engine, `look at the image ${image}`, inspect, options);
    return { id: Id, bytes: Size, labels: Config?.Labels ?? {}, tags: RepoTags ?? [] };
  } catch (error) {
    if (error instanceof EngineError && error.isMissing) return undefined;
    throw error;
  }
}

/** Size of the last layer that has anything in it: our own part of an image of the nodes. @throws EngineError */
export async function ownBytesOf(engine: Engine, image: string, options: CallOptions = {}): Promise<number> {
  const history = () => engine.docker.getImage(image).history() as Promise<{ Size: number }[]>;
  const layers = await call(engine, `look at the image ${image}`, history, options);
  return layers.find(({ Size }) => Size > 0)?.Size ?? 0;
}
