import type { Logger } from './logger.js';

/** Exit code for what the user's environment must mend: a bad value, a port that is taken. */
export const EXIT_ENVIRONMENT = 4;

/**
 * Ends the process in an orderly way on SIGTERM or SIGINT; a second signal ends it at once.
 *
 * Both signals are handled explicitly since the first process of a container has no default actions.
 */
export function onEndSignal(stop: (signal: string) => Promise<void>): void {
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      void stop(signal).then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/** Logs an error that nobody caught and ends the process with code 1. */
export function exitOnBug(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught error');
    process.exit(1);
  });
}

/** Ends the process with one line on standard error and code 4. */
export function exitWithLine(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(EXIT_ENVIRONMENT);
}
