import { InterruptedError } from '../errors.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that aborts when the user or the system asks to end. */
export interface Interruption {
  signal: AbortSignal;
  /** Gives the signals back to the system. */
  release(): void;
}

/**
 * Takes the process's signals over: the first one aborts, so that what was started can be cleaned up; further ones
 * find that under way and change nothing.
 */
export function takeSignals(): Interruption {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => controller.abort(new InterruptedError(name));
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
