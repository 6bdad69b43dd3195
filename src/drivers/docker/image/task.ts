import type { IncomingMessage } from 'node:http';
import type { Engine } from '../engine/engine.js';
import { engineError, timeOut } from '../engine/engine-error.js';
import { jsonLines } from '../json-lines.js';

/** For the step that an engine is at when it is told that nobody wants the rest. */
const lastStepMs = 60_000;

/** One line of what an engine tells of a task. */
export interface TaskMessage {
  stream?: string;
  status?: string;
  error?: string;
  errorDetail?: { code?: number; message?: string };
}

export interface TaskOptions {
  /** For people, e.g. `fetch the image node:20`. */
  doing: string;
  signal: AbortSignal;
  /** A task that neither takes nor tells anything for so long never will. */
  silenceMs: number;
  onMessage?: (message: TaskMessage) => void;
  /** What a message that tells of a failure means; by default its own words. */
  explain?: (message: TaskMessage) => string;
}

/** Begins a task; `heard` is to be called whenever the engine has taken something of what it is sent. */
export type StartTask = (abortSignal: AbortSignal, heard: () => void) => Promise<NodeJS.ReadableStream>;

/**
 * Runs a pull or a build to its end.
 *
 * When the signal aborts, the engine is told, and finishes the step that it is at: that is awaited, so that nothing
 * comes into being afterwards.
 *
 * @throws EngineError, or the signal's reason
 */
export async function runTask(engine: Engine, start: StartTask, options: TaskOptions): Promise<void> {
  const { doing, signal, silenceMs } = options;
  signal.throwIfAborted();
  const silence = new Silence(silenceMs);
  const ends = AbortSignal.any([signal, silence.signal]);
  // Of its own, since the signal of a request would break off the answer as well.
  const sending = new AbortController();
  const stopSending = () => sending.abort(ends.reason);
  ends.addEventListener('abort', stopSending);
  try {
    const answer = await start(sending.signal, () => silence.heard()).catch(inOwnWords);
    ends.removeEventListener('abort', stopSending);
    await follow(answer as IncomingMessage, silence, options);
  } catch (error) {
    signal.throwIfAborted();
    if (silence.signal.aborted) throw timeOut(doing, silenceMs, engine.url);
    throw engineError(error, doing, engine.url);
  } finally {
    ends.removeEventListener('abort', stopSending);
    silence.end();
  }
}

async function follow(
  answer: IncomingMessage,
  silence: Silence,
  { signal, onMessage, explain = wordsOf }: TaskOptions,
): Promise<void> {
  // Half of the connection stays open: the engine sees that nobody wants the rest, and still can say when it is done.
  let timer: NodeJS.Timeout | undefined;
  const breakOff = () => void answer.destroy();
  const letGo = () => {
    answer.socket.end();
    timer = setTimeout(breakOff, lastStepMs);
  };
  signal.addEventListener('abort', letGo);
  silence.signal.addEventListener('abort', breakOff);
  let failure: string | undefined;
  try {
    for await (const message of jsonLines<TaskMessage>(answer)) {
      silence.heard();
      onMessage?.(message);
      if (message.error !== undefined || message.errorDetail) failure = explain(message);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', letGo);
    silence.signal.removeEventListener('abort', breakOff);
  }
  if (failure !== undefined) throw Object.assign(new Error(failure), { statusCode: 500 });
}

/** The client puts words of its own before those of the engine when it can't read them as data. */
function inOwnWords(error: unknown): never {
  if (error instanceof Error) error.message = error.message.replace(/^\(HTTP code \d+\) [\w ]+ - /, '');
  throw error;
}

/** The words of a failure. */
export function wordsOf({ error, errorDetail }: TaskMessage): string {
  return errorDetail?.message || error || 'no reason given';
}

/** Aborts when nothing was heard for a while. */
class Silence {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(afterMs: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), afterMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    if (!this.signal.aborted) this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
