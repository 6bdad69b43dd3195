import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output, each with `fields`. */
export function createLogger(fields: Record<string, string>): Logger {
  return pino({ base: { pid: process.pid, ...fields } });
}
