import type { Tier } from '../control/api.js';
import type { NetworkShutdown, ShutdownAnswer } from '../control/host-api.js';
import { pause } from '../control/pause.js';
import type { Network } from './network.js';
import type { HostRecord } from './registry.js';

/** Leaves first, roots last: nobody loses its bootstrap node before it has ended itself. */
const ORDER: Tier[][] = [['worker', 'endpoint'], ['local'], ['regional'], ['super'], ['coordinator']];
/** For the hosts of one tier to end; they give their nodes 3 s. */
const END_MS = 6000;
const LOOK_AGAIN_MS = 20;

/** Ends hosts, tier by tier. @returns when they have ended or their time is over */
export async function shutDownHosts(
  network: Network,
  { tiers, hosts, goodbye }: NetworkShutdown,
): Promise<ShutdownAnswer> {
  const everything = !tiers && !hosts;
  const isMeant = (host: HostRecord) =>
    everything || tiers?.includes(host.tier) || hosts?.includes(host.name) || false;
  const body = { goodbye: goodbye ?? !everything };
  const answer: ShutdownAnswer = { stopped: [], failed: [] };
  for (const tier of ORDER) {
    const meant = network.registry.hosts.filter((host) => tier.includes(host.tier) && isMeant(host));
    await Promise.all(
      meant.map(async (host) => {
        ((await end(network, host.name, body)) ? answer.stopped : answer.failed).push(host.name);
      }),
    );
  }
  return answer;
}

async function end(network: Network, name: string, body: object): Promise<boolean> {
  const { fanOut, registry } = network;
  const endsAtMs = performance.now() + END_MS;
  // A host that can't be reached is marked as lost; whether it is gone shows below.
  await fanOut.call(name, 'POST', '/v1/shutdown', { body, timeoutMs: END_MS }).catch(() => {});
  while (performance.now() < endsAtMs) {
    const host = registry.host(name);
    if (!host) return true;
    if (host.state === 'lost' && !(await fanOut.probe(name))) {
      registry.remove(name);
      return true;
    }
    await pause(LOOK_AGAIN_MS);
  }
  return false;
}
