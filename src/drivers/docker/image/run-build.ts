import type { Readable } from 'node:stream';
import { EnvironmentError } from '../../../errors.js';
import type { Engine } from '../engine/engine.js';
import { BuildOutput } from './build-output.js';
import { type ContextEntry, contextStream } from './context.js';
import { removeLeftOvers } from './left-overs.js';
import { runTask } from './task.js';

/** The slowest step copies 100 MB, which a busy disk may take minutes for. */
const silenceMs = 600_000;

export interface Build {
  /** Names and tags. */
  tags: readonly string[];
  entries: readonly ContextEntry[];
  buildArgs?: Readonly<Record<string, string>>;
  /** Whether its steps may fetch something. */
  hasNetwork?: boolean;
  signal: AbortSignal;
  onStep?: (index: number, total: number) => void;
}

/**
 * Builds an image.
 *
 * Interrupted or failed, it leaves nothing; images of those names that were there before stay as they were.
 *
 * @throws EnvironmentError
 */
export async function runBuild(engine: Engine, build: Build): Promise<void> {
  const { tags, entries, buildArgs, hasNetwork = false, signal, onStep } = build;
  const output = new BuildOutput(onStep);
  let context: Readable | undefined;
  try {
    await runTask(
      engine,
      (abortSignal, heard) => {
        context = contextStream(entries, heard);
        return engine.docker.buildImage(context, {
          t: tags as unknown as string,
          ...(buildArgs && { buildargs: buildArgs }),
          rm: true,
          forcerm: true,
          ...(!hasNetwork && { networkmode: 'none' }),
          abortSignal,
        });
      },
      {
        doing: `build the image ${tags[0]}`,
        signal,
        silenceMs,
        onMessage: (message) => output.take(message),
        explain: (message) => output.explain(message),
      },
    );
  } catch (error) {
    await removeLeftOvers(engine, output.images).catch(() => {});
    signal.throwIfAborted();
    throw context?.errored instanceof EnvironmentError ? context.errored : error;
  } finally {
    context?.destroy();
  }
  await removeLeftOvers(engine, output.images);
}
