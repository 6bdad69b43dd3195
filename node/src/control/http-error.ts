import { ValueTooLargeError } from '../kademlia/values/values.js';
import { SettingError } from '../settings.js';

/** A refusal with its HTTP status; the message is one line for whoever called. */
export class HttpError extends Error {
  override name = 'HttpError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The status that an error answers with: its own, 400 for a setting that can't be used, 413 for a value that is too large, 500 for a bug. */
export function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  if (error instanceof SettingError) return 400;
  if (error instanceof ValueTooLargeError) return 413;
  return 500;
}

/** The one line of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
