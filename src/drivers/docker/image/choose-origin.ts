import { EnvironmentError, messageOf } from '../../../errors.js';
import type { Engine } from '../engine/engine.js';
import { inspectImage } from './inspect-image.js';
import type { ImageOrigin, ImageSource } from './reference.js';
import { runTask } from './task.js';

/** A registry that says nothing for so long is given up where there is another way, and where there is none. */
const silenceMs = { auto: 10_000, registry: 60_000 } as const;
/** What engines call architectures that Node names otherwise. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'x64',
  aarch64: 'arm64',
  armv7l: 'arm',
  ppc64le: 'ppc64',
};

export interface ChooseOptions {
  wanted: ImageSource;
  /** The image that the registry way begins with. */
  base: string;
  /** Where the Node of the image comes from that is there; null when there is none. */
  before: ImageOrigin | null;
  signal: AbortSignal;
  onProgress: (step: string) => void;
}

/**
 * Decides where Node comes from, and fetches the image with it when that is needed.
 *
 * Left to itself it takes the base image that is there; this machine's Node where that was the way before; else a
 * registry when one answers, and this machine's Node when none does.
 *
 * @throws EnvironmentError when there is no way
 */
export async function chooseOrigin(engine: Engine, options: ChooseOptions): Promise<ImageOrigin> {
  const { wanted, base, before, signal, onProgress } = options;
  const obstacle = obstacleToOwnNode(engine);
  if (wanted === 'offline') {
    if (obstacle === undefined) return 'offline';
    throw new EnvironmentError(`${obstacle}: cqkd image build --from registry`);
  }
  if (await inspectImage(engine, base, { signal })) return 'registry';
  if (wanted === 'auto' && before === 'offline' && obstacle === undefined) return 'offline';
  try {
    onProgress(`fetching the image ${base}`);
    await runTask(engine, (abortSignal) => engine.docker.pull(base, { abortSignal }), {
      doing: `fetch the image ${base}`,
      signal,
      silenceMs: silenceMs[wanted],
    });
    signal.throwIfAborted();
    return 'registry';
  } catch (error) {
    signal.throwIfAborted();
    if (wanted === 'auto' && obstacle === undefined) return 'offline';
    const other =
      obstacle === undefined ? ', or take the Node of this machine: --from offline' : `. ${obstacle}`;
    throw new EnvironmentError(
      `${messageOf(error)}: get it into the engine with docker pull or docker load${other}`,
    );
  }
}

/** Why containers of an engine can't run this machine's own Node; undefined when they can. */
export function obstacleToOwnNode({ architecture }: Engine): string | undefined {
  const { platform, arch } = process;
  if (platform === 'linux' && (architectures[architecture] ?? architecture) === arch) return undefined;
  return `The Node of this machine (${platform}, ${arch}) does not run in containers of this engine (linux, ${architecture})`;
}
