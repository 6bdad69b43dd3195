import { setTimeout as delay } from 'node:timers/promises';
import { type HostSpec, type NodeReport, nodesOf, tiersOf } from '@cqkd/node/control';
import { CoordinatorError } from '../../coordinator-client/coordinator-client.js';
import { runningUnits } from '../../drivers/running.js';
import { EnvironmentError } from '../../errors.js';
import { stopRank } from '../../plan/diff.js';
import type { Plan } from '../../plan/plan.js';
import { readToken } from '../../state/deployment.js';
import type { NetworkHandle } from '../network-handle.js';
import { coordinatorUnit, unitOf } from '../plan-units.js';

/** For a host to hand over what it stores and end by itself. Milliseconds. */
const graceMs = 5000;
/** For the nodes of one host to join again. */
const joinWithinMs = 120_000;
const lookAgainMs = 100;

export interface RollOptions {
  handle: NetworkHandle;
  /** What the hosts are to be. */
  plan: Plan;
  /** Ends each host and starts it anew; else a host that runs only takes its new spec. */
  restart: boolean;
  /** Names of the hosts that run now to go through; by default all. */
  only?: readonly string[] | undefined;
  /** Looked at between two hosts. */
  signal: AbortSignal;
  onHost?: (done: number, total: number) => void;
}

/**
 * Makes the hosts what a plan says, one after the other, leaves first: each hands over the values that it stores, and
 * its nodes have joined again before the next one's turn.
 *
 * It goes by what runs, not by what an earlier plan said, so it also ends what a killed roll has begun.
 *
 * @throws EnvironmentError when the nodes of a host do not come back, or the signal's reason
 */
export async function roll(options: RollOptions): Promise<void> {
  const { handle, plan, only, signal, onHost } = options;
  const [running, view] = await Promise.all([runningUnits(handle.driver), handle.client.network(signal)]);
  running.delete(coordinatorUnit);
  const wanted = new Map(plan.hosts.map((host) => [host.name, host]));
  const ranks = new Map([
    ...plan.hosts.map((host) => [host.name, stopRank(tiersOf(host))] as const),
    ...view.hosts.map(({ name, tiers }) => [name, stopRank(tiers)] as const),
  ]);
  const rankOf = (name: string) => ranks.get(name) ?? Number.POSITIVE_INFINITY;
  const order = [...running]
    .filter((name) => !only || only.includes(name))
    .sort((a, b) => rankOf(b) - rankOf(a));
  const added = plan.hosts.filter((host) => !running.has(host.name));
  // A node is on one host at a time: a new host waits for those that its nodes come from.
  const holders = new Map(
    view.hosts.flatMap((host) =>
      (running.has(host.name) ? host.nodes : []).map(({ name }) => [name, host.name]),
    ),
  );
  const left = new Set([...running]);
  const isFree = (host: HostSpec) => nodesOf(host).every(({ name }) => !left.has(holders.get(name) ?? ''));
  const started = new Set<string>();
  const startFree = async () => {
    const free = added.filter((host) => !started.has(host.name) && isFree(host));
    await start(handle, free, plan);
    for (const host of free) started.add(host.name);
    return free;
  };

  // What is told of a node that moves is of its life before, as long as it is where it was.
  const places = new Map(view.hosts.flatMap((host) => host.nodes.map((node) => [node.name, placeOf(node)])));
  const joined = (hosts: readonly HostSpec[]) => awaitJoined(handle, hosts, places, signal);

  await handle.client.expect(plan.coordinator, signal);
  await joined(await startFree());
  for (const [done, name] of order.entries()) {
    signal.throwIfAborted();
    onHost?.(done, order.length);
    const spec = wanted.get(name);
    const changed = spec ? await change(options, spec) : await end(handle, name);
    left.delete(name);
    const fresh = await startFree();
    if (spec && changed) fresh.push(spec);
    await joined(fresh);
  }
  onHost?.(order.length, order.length);
}

/** @returns whether nodes of the host join anew */
async function change({ handle, plan, restart }: RollOptions, spec: HostSpec): Promise<boolean> {
  if (!restart) {
    try {
      const { joining } = await handle.client.changeHost(spec, new AbortController().signal);
      return joining > 0;
    } catch (error) {
      // One that does not answer, or can't become what it is to be, is started anew.
      if (!(error instanceof CoordinatorError)) throw error;
    }
  }
  await end(handle, spec.name);
  await start(handle, [spec], plan);
  return true;
}

/** Ends a host for good. A host that is between two lives must not stay there, so nothing interrupts it. */
async function end({ client, driver }: NetworkHandle, name: string): Promise<boolean> {
  const { signal } = new AbortController();
  await client.shutdown({ hosts: [name] }, signal).catch(() => {});
  await driver.stop([name], { graceMs, signal });
  await client.forgetHost(name, signal).catch(() => {});
  return false;
}

async function start(
  { driver, paths }: NetworkHandle,
  hosts: readonly HostSpec[],
  plan: Plan,
): Promise<void> {
  const units = hosts.map((host) => unitOf(host, plan));
  if (units.length > 0) await driver.start(units, readToken(paths));
}

/** Waits until all nodes of some hosts have joined. @param before where nodes were */
async function awaitJoined(
  { client }: NetworkHandle,
  hosts: readonly HostSpec[],
  before: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  if (hosts.length === 0) return;
  const wanted = hosts.flatMap((host) => nodesOf(host).map(({ name }) => name));
  const moving = new Set(
    hosts.flatMap((host) =>
      nodesOf(host).flatMap(({ name, address = host.address, port }) =>
        placeOf({ address, port }) === before.get(name) ? [] : name,
      ),
    ),
  );
  const isNew = (node: NodeReport) => !moving.has(node.name) || placeOf(node) !== before.get(node.name);
  const endsAt = performance.now() + joinWithinMs;
  for (;;) {
    // While containers start on a busy machine the coordinator may be slow to answer.
    const hosts = await client.network(signal).then(
      (view) => view.hosts,
      (error) => {
        if (signal.aborted || !(error instanceof CoordinatorError) || performance.now() > endsAt) throw error;
        return [];
      },
    );
    const nodes = new Map(hosts.flatMap((host) => host.nodes.filter(isNew).map((node) => [node.name, node])));
    const missing = wanted.filter((name) => nodes.get(name)?.state !== 'joined');
    if (missing.length === 0) return;
    const failed = missing.find((name) => nodes.get(name)?.state === 'failed');
    if (failed !== undefined || performance.now() > endsAt) {
      const name = failed ?? (missing[0] as string);
      throw notJoined(missing.length, name, nodes.get(name));
    }
    await delay(lookAgainMs, undefined, { signal });
  }
}

function placeOf({ address, port }: Pick<NodeReport, 'address' | 'port'>): string {
  return `${address}:${port}`;
}

function notJoined(count: number, name: string, node: NodeReport | undefined): EnvironmentError {
  const why = node?.error ?? `its state is ${node?.state ?? 'unknown'}`;
  return new EnvironmentError(
    `${count} nodes did not join again after their host was changed (${name}: ${why})`,
  );
}
