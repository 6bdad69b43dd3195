import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, engineError, timeOut } from './engine-error.js';

/** For one call; the slowest seen on an overloaded engine took 40 s. */
const defaultTimeoutMs = 120_000;
/** Waits before a call that the engine had no room for is made again. */
const backOffMs = [100, 200, 400, 800, 1600, 3200] as const;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

/**
 * Makes a call to an engine, and makes it again while the engine says that it has too much to do.
 *
 * A call that broke off may have been carried out: callers must stand that.
 *
 * @param doing what it does, for people, e.g. `start cqkd-coordinator`
 * @throws EngineError, or the signal's reason
 */
export async function call<T>(
  engine: { readonly url: string },
  doing: string,
  request: (abortSignal: AbortSignal) => Promise<T>,
  options: CallOptions = {},
): Promise<T> {
  for (const wait of backOffMs) {
    try {
      return await callOnce(engine, doing, request, options);
    } catch (error) {
      if (!(error instanceof EngineError) || !isPassing(error)) throw error;
    }
    await delay(wait, undefined, { ...(options.signal && { signal: options.signal }) }).catch(() => {});
    options.signal?.throwIfAborted();
  }
  return callOnce(engine, doing, request, options);
}

async function callOnce<T>(
  { url }: { readonly url: string },
  doing: string,
  request: (abortSignal: AbortSignal) => Promise<T>,
  { signal, timeoutMs = defaultTimeoutMs }: CallOptions,
): Promise<T> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const ends = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let stopListening = () => {};
  try {
    // Not every call of dockerode takes notice of the signal.
    const ended = new Promise<never>((_, reject) => {
      const end = () => reject(ends.reason);
      ends.addEventListener('abort', end);
      stopListening = () => ends.removeEventListener('abort', end);
    });
    return await Promise.race([request(ends), ended]);
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) throw timeOut(doing, timeoutMs, url);
    throw engineError(error, doing, url);
  } finally {
    stopListening();
  }
}

/** Whether it is likely to go better a moment later. */
function isPassing({ statusCode, reason, code }: EngineError): boolean {
  if (statusCode === undefined) return code === 'ECONNRESET' || code === 'EPIPE';
  if (statusCode === 503 || statusCode === 429) return true;
  return (
    statusCode >= 500 &&
    /context deadline exceeded|transport is closing|ttrpc: closed|i\/o timeout|resource temporarily unavailable|too many open files|device or resource busy/i.test(
      reason,
    )
  );
}
