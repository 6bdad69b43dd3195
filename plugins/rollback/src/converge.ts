import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkView } from '@cqkd/node/control';
import type { Session } from './session.js';

/** A network that has not settled in this time is measured as it is. */
const settledWithinMs = 60_000;
const lookAgainMs = 250;

/** Waits until no node of a living host is on its way, and, when none is missing, a crawl finds all of them. */
export async function converge({ handle, progress, signal }: Session): Promise<void> {
  const endsAt = performance.now() + settledWithinMs;
  progress.set('converge', { title: 'network settled', state: 'running' });
  while (performance.now() < endsAt) {
    if (hasSettled(await handle.client.network(signal))) break;
    await delay(lookAgainMs, undefined, { signal });
  }
  progress.set('converge', { state: 'done' });
}

function hasSettled({ hosts, tiers, crawl }: NetworkView): boolean {
  const nodes = hosts.flatMap((host) => (host.state === 'up' ? host.nodes : []));
  const isStill = nodes.every(
    ({ state }) => state !== 'starting' && state !== 'attaching' && state !== 'joining',
  );
  // As long as some are missing nobody crawls.
  const isWhole = Object.values(tiers).every(({ joined, total }) => joined >= total);
  return isStill && (!isWhole || crawl.seen >= crawl.total);
}
