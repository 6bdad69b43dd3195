import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkEvent, NetworkView, Tier } from '@cqkd/node/control';
import { type CoordinatorClient, CoordinatorError } from '../coordinator-client/coordinator-client.js';
import type { Driver, UnitExit } from '../drivers/driver.js';
import { EnvironmentError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import type { ProgressList } from './progress.js';

/** A network that has not come together in this time never will. */
const readyWithinMs = 300_000;
/** Between two attempts to reach a coordinator that is just starting. */
const askAgainMs = 25;
const lastLogLines = 5;

const tierTitles: readonly [Tier, string][] = [
  ['super', 'super nodes'],
  ['regional', 'regional nodes'],
  ['local', 'local nodes'],
  ['worker', 'workers'],
  ['endpoint', 'endpoints'],
];

export interface AwaitReadyOptions {
  client: CoordinatorClient;
  driver: Driver;
  progress: ProgressList;
  signal: AbortSignal;
}

/** Tells what there will be, before anything is known of it. */
export function expectProgress(progress: ProgressList, plan: Plan, hosts: number): void {
  const tiers = tierTitles.map(([id, title]) => {
    return { id, title, total: plan.tiers.find((each) => each.tier === id)?.nodes ?? 0 };
  });
  const tasks = [
    { id: 'hosts', title: 'hosts started', total: hosts },
    ...tiers,
    { id: 'crawl', title: 'found by a crawl', total: plan.nodes },
  ];
  progress.expect(tasks.filter((task) => task.total > 0));
}

/**
 * Runs `start` and waits until the network is ready.
 *
 * @throws EnvironmentError as soon as a unit dies, when nodes can't join, or when it takes too long
 */
export async function awaitReady(
  options: AwaitReadyOptions,
  start: () => Promise<void>,
): Promise<NetworkView> {
  const { client, driver, progress, signal } = options;
  const died = new AbortController();
  const exits: UnitExit[] = [];
  const stopListening = driver.onExit((exit) => {
    exits.push(exit);
    died.abort();
  });
  const timeout = AbortSignal.timeout(readyWithinMs);
  const ends = AbortSignal.any([signal, died.signal, timeout]);
  try {
    await start();
    await untilReady(client, progress, ends);
    return await client.network(ends, { nodes: false });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (exits[0]) throw await deathOf(exits[0], driver);
    if (timeout.aborted) throw await tooLong(client, signal);
    throw error;
  } finally {
    stopListening();
  }
}

async function untilReady(
  client: CoordinatorClient,
  progress: ProgressList,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      for await (const event of client.events(signal)) {
        showProgress(progress, event);
        if (event.type === 'ready') return;
        if (event.tiers && isStuck(event)) throw await failedNodes(client, signal);
      }
    } catch (error) {
      if (!(error instanceof CoordinatorError) || signal.aborted) throw error;
    }
    await delay(askAgainMs, undefined, { signal });
  }
}

/** Tells the counts of an event. */
function showProgress(progress: ProgressList, { tiers, crawl }: NetworkEvent): void {
  if (!tiers) return;
  let total = 0;
  for (const [tier, title] of tierTitles) {
    const counts = tiers[tier];
    if (!counts) continue;
    total += counts.total;
    progress.set(tier, { title, done: Math.min(counts.joined, counts.total), total: counts.total });
  }
  if (crawl) progress.set('crawl', { title: 'found by a crawl', done: Math.min(crawl.seen, total), total });
}

/** Whether every node that has not joined has given up. */
function isStuck({ tiers = {} }: NetworkEvent): boolean {
  const counts = Object.values(tiers);
  const failed = counts.reduce((sum, tier) => sum + tier.failed, 0);
  return failed > 0 && counts.every((tier) => tier.joined + tier.failed >= tier.total);
}

async function failedNodes(client: CoordinatorClient, signal: AbortSignal): Promise<EnvironmentError> {
  const { hosts } = await client.network(signal);
  const failed = hosts.flatMap((host) => host.nodes).filter((node) => node.state === 'failed');
  const [first] = failed;
  const why = first ? `${first.name}: ${first.error ?? 'no reason given'}` : 'no reason given';
  return new EnvironmentError(`${failed.length} nodes could not join (${why})`);
}

async function deathOf({ name, code, signal }: UnitExit, driver: Driver): Promise<EnvironmentError> {
  const how = signal ? `by ${signal}` : `with code ${code}`;
  const lines = (await driver.lastLines(name, lastLogLines)).map(readable);
  const said = lines.length > 0 ? `; its last words: ${lines.join(' | ')}` : '; it wrote nothing';
  return new EnvironmentError(`Host ${name} ended ${how} while starting${said}`);
}

async function tooLong(client: CoordinatorClient, signal: AbortSignal): Promise<EnvironmentError> {
  const view = await client.network(signal, { nodes: false }).catch(() => undefined);
  const counts = Object.entries(view?.tiers ?? {}).map(
    ([tier, { joined, total }]) => `${tier} ${joined}/${total}`,
  );
  const state = counts.length > 0 ? counts.join(', ') : 'the coordinator does not answer';
  return new EnvironmentError(`The network was not ready within ${readyWithinMs / 1000} s (${state})`);
}

/** The message of a line of JSON log, or the line itself. */
function readable(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [msg, err?.message].filter(Boolean).join(': ') || line;
  } catch {
    return line;
  }
}
