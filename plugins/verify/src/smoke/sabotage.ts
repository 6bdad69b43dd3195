import { type CoordinatorClient, EnvironmentError } from '@cqkd/harness';
import type { HostView } from '@cqkd/node/control';

/** Longer than a smoke test lasts: what a killed one leaves ends by itself. Seconds. */
const ttlSeconds = 300;
/** Nodes that lose their ports. */
const victims = 2;

/**
 * The range of worker ports of a network that is sabotaged so: the static port, which they fall back to, is none of it.
 */
export const smokePorts = { base_port: '7100', max_port: '7199' };

/**
 * Makes a gate fail for real: some workers are down while something takes all ports of their range, so they can't start
 * again.
 */
export async function takePorts(client: CoordinatorClient, signal: AbortSignal): Promise<string> {
  const { hosts } = await client.network(signal);
  const workersOf = ({ nodes }: HostView) =>
    nodes.flatMap(({ name, tier }) => (tier === 'worker' ? [name] : []));
  const host = hosts.find((each) => workersOf(each).length > victims);
  if (!host) throw new EnvironmentError(`No host has more than ${victims} workers: deploy more to a host`);
  const names = workersOf(host).slice(-victims);
  for (const name of names) await client.crashNode(name, signal);
  const fault = {
    id: 'smoke',
    ttlSeconds,
    groups: [hosts.flatMap(workersOf)],
    ports: [{ group: 0, share: 1 }],
  };
  await client.putFault(fault, signal);
  // That they can't is what this is for.
  for (const name of names) await client.restartNode(name, signal).catch(() => signal.throwIfAborted());
  return `${names.join(' and ')} have no port to start on`;
}
