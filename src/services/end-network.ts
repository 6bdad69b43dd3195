import { type HostSpec, tiersOf } from '@cqkd/node/control';
import { CoordinatorClient } from '../coordinator-client/coordinator-client.js';
import type { Driver, UnitView } from '../drivers/driver.js';
import { stopOrder, stopRank } from '../plan/diff.js';
import { type Deployment, readDeployment, readToken } from '../state/deployment.js';
import type { NetworkPaths } from '../state/paths.js';
import { coordinatorUnit } from './plan-units.js';

/** For the hosts of one tier to end by themselves before they are killed. */
const graceMs = 5000;

export interface EndNetworkOptions {
  paths: NetworkPaths;
  driver: Driver;
  /** Kills everything at once. */
  force: boolean;
  signal: AbortSignal;
  onStopped?: (stopped: number, total: number) => void;
}

/**
 * Ends all units of a network: workers, local, regional, super, then the coordinator; and removes what is left of it.
 *
 * It works with whatever is left of the state folder, and answers when every unit is verified dead.
 *
 * @returns names of the units that had been running
 */
export async function endNetwork(options: EndNetworkOptions): Promise<string[]> {
  const { driver, force, onStopped } = options;
  const before = await unitsLeft(driver);
  const total = before.length;
  onStopped?.(0, total);
  if (!force && total > 0) await endInOrder(options, before);
  // Whatever still lives: all of it when forced, and what a killed command has started in its last moment.
  for (let left = before; left.length > 0; left = await unitsLeft(driver)) {
    await driver.kill(left.map((unit) => unit.name));
  }
  await driver.removeAll();
  onStopped?.(total, total);
  return before.map((unit) => unit.name);
}

/** Units that run; with a corrupt process table those that carry the marks of the network. */
async function unitsLeft(driver: Driver): Promise<UnitView[]> {
  return (await driver.inspect({ tolerant: true })).filter((unit) => unit.state === 'running');
}

async function endInOrder(
  { paths, driver, signal, onStopped }: EndNetworkOptions,
  units: readonly UnitView[],
) {
  const deployment = readDeployment(paths);
  if (!deployment) return;
  if (units.some((unit) => unit.name === coordinatorUnit)) await askCoordinator(paths, deployment, signal);
  // What the coordinator did not reach is told by signal, tier by tier.
  const running = new Set((await unitsLeft(driver)).map((unit) => unit.name));
  const hosts = stopOrder(deployment.plan.hosts.filter((host) => running.has(host.name)));
  const rankOf = (host: HostSpec) => stopRank(tiersOf(host));
  for (const rank of new Set(hosts.map(rankOf))) {
    const names = hosts.filter((host) => rankOf(host) === rank).map((host) => host.name);
    await driver.stop(names, { graceMs, signal });
    for (const name of names) running.delete(name);
    onStopped?.(units.length - running.size, units.length);
  }
  if (running.size > 0) await driver.stop([...running], { graceMs, signal });
}

/** The coordinator ends the hosts leaves first, then itself; one that does not answer changes nothing. */
async function askCoordinator(
  paths: NetworkPaths,
  deployment: Deployment,
  signal: AbortSignal,
): Promise<void> {
  try {
    const client = new CoordinatorClient({ url: deployment.coordinatorUrl, token: readToken(paths) });
    await client.shutdown({}, signal);
  } catch {
    signal.throwIfAborted();
  }
}
