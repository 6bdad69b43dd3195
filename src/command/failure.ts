import { CqkdError, type ErrorKind, exitCodes, MistakesError, messageOf } from '../errors.js';

/** An error as a command tells it. */
export interface Failure {
  kind: ErrorKind;
  /** One line; of a file with several mistakes a line each. */
  message: string;
  exitCode: number;
}

/** oclif puts this before and after what is wrong with a flag. */
const flagPrefix = /^Parsing --\S+\s+/;
const parserPrefix = /^The following errors? occurred:\s*/;
const helpHint = /\s*See more help with --help\s*/g;

/** Turns anything that was thrown into one line and an exit code. */
export function failureOf(error: unknown): Failure {
  const thrown = reasonOf(error);
  if (thrown instanceof MistakesError) {
    const { kind, mistakes, exitCode } = thrown;
    return { kind, message: mistakes.map(messageOf).join('\n'), exitCode };
  }
  const message = messageOf(thrown).replace(flagPrefix, '').replace(parserPrefix, '').replace(helpHint, '');
  if (thrown instanceof CqkdError) return { kind: thrown.kind, message, exitCode: thrown.exitCode };
  if (isParseError(thrown)) return { kind: 'usage', message, exitCode: exitCodes.usage };
  return { kind: 'bug', message: `bug: ${message || 'no message'}`, exitCode: exitCodes.bug };
}

/** Node wraps the reason of an abort in an error of its own. */
function reasonOf(error: unknown): unknown {
  return error instanceof Error && error.name === 'AbortError' && error.cause ? error.cause : error;
}

/** oclif's own complaints about flags and arguments say that they exit with 2. */
function isParseError(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { oclif } = thrown as { oclif?: { exit?: number } };
  return oclif?.exit === exitCodes.usage;
}
