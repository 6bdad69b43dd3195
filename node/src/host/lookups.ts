import type { LookupBatch, LookupBatchAnswer, LookupJob, LookupJobResult } from '../control/host-api.js';
import { inLanes } from '../control/lanes.js';
import { packIds } from '../control/packed-ids.js';
import { pause } from '../control/pause.js';
import { NodeId } from '../kademlia/id.js';
import type { Host } from './host.js';

/** Runs lookups by nodes of the host: each at its time, or one after the other in lanes. */
export async function runLookups(
  host: Host,
  { lookups, concurrency }: LookupBatch,
  signal: AbortSignal,
): Promise<LookupBatchAnswer> {
  const results: (LookupJobResult | null)[] = lookups.map(() => null);
  const run = async (index: number) => {
    const job = lookups[index] as LookupJob;
    results[index] = await lookUp(host, job, signal);
  };
  const indices = lookups.keys();
  if (lookups.some((job) => job.atMs !== undefined)) {
    const startedAtMs = performance.now();
    await Promise.all(
      [...indices].map(async (index) => {
        const delayMs = ((lookups[index] as LookupJob).atMs ?? 0) - (performance.now() - startedAtMs);
        if (delayMs <= 0 || (await pause(delayMs, signal))) await run(index);
      }),
    );
  } else await inLanes(indices, concurrency, run, signal);
  return { results };
}

async function lookUp(host: Host, job: LookupJob, signal: AbortSignal): Promise<LookupJobResult | null> {
  const node = host.joined(job.node);
  if (!node) return null;
  const found = await node.dht.kademlia.lookup(NodeId.fromHex(job.target), { signal });
  if (found.contacts.length === 0) return null;
  return {
    nearest: packIds(found.contacts.map((contact) => contact.id)),
    k: found.k,
    hops: found.hops,
    requests: found.requests,
    failures: found.failures,
    latencyMs: found.durationMs,
  };
}
