import type { CoordinatorClient } from '@cqkd/harness';
import autocannon from 'autocannon';
import { LatencyRecorder } from '../method/latency-recorder.js';
import { quantile } from '../method/statistics.js';

/** Keys that are written and read. */
const keys = 64;
/** A load that fewer requests were answered to than it has connections goes on for so long at most. */
const mostSeconds = 30;
/** How exactly the load ends in time. Milliseconds. */
const sampleInt = 100;
const value = 'x'.repeat(100);
const keyOf = (index: number) => `bench-${index}`;

export interface Gateway {
  /** Base address of the coordinator. */
  url: string;
  token: string;
}

/** One load of the key-value gateway. */
export interface LoadResult {
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  answered: number;
  /** Requests that failed, that were not answered in time, or that were answered by anything but success. */
  errors: number;
  histogram: string;
}

export interface LoadOptions {
  method: 'PUT' | 'GET';
  connections: number;
  /** Longer where fewer requests than connections were answered by then: they would tell nothing of latencies. */
  seconds: number;
  signal: AbortSignal;
}

/** Writes all keys once: reads find them then. */
export async function writeKeys(client: CoordinatorClient, signal: AbortSignal): Promise<void> {
  for (let index = 0; index < keys; index++) await client.putValue(keyOf(index), value, signal);
}

/** Loads the gateway with requests over keep-alive connections, one at a time on each. @throws the signal's reason */
export async function loadGateway({ url, token }: Gateway, options: LoadOptions): Promise<LoadResult> {
  const { method, connections, seconds, signal } = options;
  const recorder = new LatencyRecorder();
  const latencies: number[] = [];
  const body = JSON.stringify({ value });
  const requests = Array.from({ length: keys }, (_, index) => ({
    method,
    path: `/v1/kv/${keyOf(index)}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(method === 'PUT' && { body }),
  }));
  signal.throwIfAborted();
  let client = 0;
  // Each connection begins elsewhere: else all of them are at the same key at the same time.
  const setupClient = (each: autocannon.Client) => {
    const from = client++ % keys;
    each.setRequests([...requests.slice(from), ...requests.slice(0, from)]);
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const load = autocannon(
      { url, connections, duration: seconds + mostSeconds, sampleInt, requests, setupClient },
      (error, value) => (error ? reject(error) : resolve(value)),
    );
    const stop = () => load.stop?.();
    let isTimeOver = false;
    const stopWhenDone = () => isTimeOver && latencies.length >= connections && stop();
    load.on('response', (_client, _status, _bytes, responseTimeMs) => {
      recorder.add(responseTimeMs);
      latencies.push(responseTimeMs);
      stopWhenDone();
    });
    const timer = setTimeout(() => {
      isTimeOver = true;
      stopWhenDone();
    }, seconds * 1000);
    signal.addEventListener('abort', stop);
    load.on('done', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    });
  });
  signal.throwIfAborted();
  return {
    perSecond: result['2xx'] / result.duration,
    p50Ms: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    p99Ms: quantile(latencies, 0.99),
    answered: result['2xx'],
    errors: result.errors + result.non2xx + result.mismatches,
    histogram: recorder.encode(),
  };
}
