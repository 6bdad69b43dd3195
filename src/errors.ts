/** Exit codes of the command line. */
export const exitCodes = {
  pass: 0,
  bug: 1,
  usage: 2,
  gate: 3,
  environment: 4,
  unknown: 5,
  interrupted: 130,
} as const;

/** Who must act on an error. */
export type ErrorKind = 'usage' | 'gate' | 'environment' | 'bug' | 'interrupted';

/** An error with one line for people and an exit code; thrown by everything in the harness. */
export abstract class CqkdError extends Error {
  abstract readonly kind: ErrorKind;
  abstract readonly exitCode: number;
}

/** The command was typed wrong; nothing was changed. */
export class UsageError extends CqkdError {
  override name = 'UsageError';
  readonly kind = 'usage';
  readonly exitCode = exitCodes.usage;
}

/** Several mistakes at once, as in a file: each has a line of its own. */
export class MistakesError extends UsageError {
  override name = 'MistakesError';

  /** @param mistakes one line each, which says where it is */
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('\n'));
  }
}

/** The machine, or the state that it is in, does not allow it. */
export class EnvironmentError extends CqkdError {
  override name = 'EnvironmentError';
  readonly kind = 'environment';
  readonly exitCode = exitCodes.environment;
}

/** The kernel, or the engine, does not let a cut be made below the nodes; they can still make it themselves. */
export class KernelFilterUnavailable extends EnvironmentError {
  override name = 'KernelFilterUnavailable';
}

/** A gate or a verdict failed. */
export class GateError extends CqkdError {
  override name = 'GateError';
  readonly kind = 'gate';
  readonly exitCode = exitCodes.gate;
}

/** A mistake in this program. */
export class BugError extends CqkdError {
  override name = 'BugError';
  readonly kind = 'bug';
  readonly exitCode = exitCodes.bug;
}

/** The user or the system asked to end; what had been started is cleaned up before this is seen. */
export class InterruptedError extends CqkdError {
  override name = 'InterruptedError';
  readonly kind = 'interrupted';
  readonly exitCode = exitCodes.interrupted;

  constructor(readonly signal: string) {
    super(`Interrupted by ${signal}`);
  }
}

/** The code of a system error, e.g. `EADDRINUSE`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
