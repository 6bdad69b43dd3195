import type { Tier } from '../control/api.js';
import type { HostShutdown, NetworkShutdown, ShutdownAnswer } from '../control/host-api.js';
import { pause } from '../control/pause.js';
import type { Network } from './network.js';
import type { HostRecord } from './registry.js';

/** Leaves first, roots last: nobody loses its bootstrap node before it has ended itself. */
const ORDER: Tier[][] = [['worker', 'endpoint'], ['local'], ['regional'], ['super'], ['coordinator']];
/** For the hosts of one tier to end, at once or after a goodbye; they give their nodes 20 s for that. */
const END_MS = 6000;
const END_WITH_GOODBYE_MS = 25_000;
const LOOK_AGAIN_MS = 20;

/** Ends hosts, tier by tier. @returns when they have ended or their time is over */
export async function shutDownHosts(
  network: Network,
  { tiers, hosts, goodbye }: NetworkShutdown,
): Promise<ShutdownAnswer> {
  const everything = !tiers && !hosts;
  const isMeant = (host: HostRecord) =>
    everything || host.tiers.some((tier) => tiers?.includes(tier)) || hosts?.includes(host.name) || false;
  const saysGoodbye = goodbye ?? !everything;
  const allMeant = network.registry.hosts.filter(isMeant);
  const leaving = saysGoodbye ? allMeant.flatMap((host) => host.nodes.map(({ id }) => id)) : [];
  const body: HostShutdown = { goodbye: saysGoodbye, leaving };
  const answer: ShutdownAnswer = { stopped: [], failed: [] };
  for (const [position] of ORDER.entries()) {
    const meant = allMeant.filter((host) => turnOf(host) === position);
    await Promise.all(
      meant.map(async (host) => {
        ((await end(network, host.name, body)) ? answer.stopped : answer.failed).push(host.name);
      }),
    );
  }
  return answer;
}

/** A host of several tiers ends with the first of them. */
function turnOf({ tiers }: HostRecord): number {
  const turn = ORDER.findIndex((tier) => tier.some((each) => tiers.includes(each)));
  return turn < 0 ? 0 : turn;
}

async function end(network: Network, name: string, body: HostShutdown): Promise<boolean> {
  const { fanOut, registry } = network;
  const startedAtMs = performance.now();
  // A host that can't be reached is marked as lost; whether it is gone shows below.
  const hasBegun = await fanOut.call(name, 'POST', '/v1/shutdown', { body, timeoutMs: END_MS }).then(
    () => true,
    () => false,
  );
  const endsAtMs = startedAtMs + (hasBegun && body.goodbye ? END_WITH_GOODBYE_MS : END_MS);
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
