import {
  coordinatorUnit,
  EnvironmentError,
  isEnding,
  type JournalEntry,
  lockNetwork,
  type MendableNetwork,
  messageOf,
  noHooks,
  openToMend,
  readJournal,
  removeFromJournal,
  scaleLocked,
} from '@cqkd/harness';
import type { Action } from './actions/action.js';
import { healAll } from './actions/deeds.js';
import { liftFilters } from './actions/lift-filters.js';

export interface HealOptions {
  root: string;
  network: string;
  signal: AbortSignal;
  /** The caller holds the lock of the network already. */
  locked?: boolean;
}

export interface HealResult {
  network: string;
  /** Faults that were on, as the journal, the coordinator or the labels knew them. */
  lifted: string[];
  /** Hosts that were frozen or dead, and go on or run again. */
  revived: string[];
  /** What could not be undone, a line each; what nodes and kernel do ends there by itself. */
  failures: string[];
  /** Hosts that are dead all the same, and the command that starts them again. */
  dead: { hosts: string[]; remedy: string } | null;
}

/**
 * Undoes everything that was done to a network, whoever did it; again and again does no harm.
 *
 * While another command is at work on the network only what nodes and kernel do is lifted: that command has the rest.
 *
 * @throws UsageError, EnvironmentError
 */
export async function heal(options: HealOptions): Promise<HealResult> {
  const { root, network, signal, locked = false } = options;
  const mendable = await openToMend(root, network);
  const { driver, paths } = mendable;
  if (!mendable.isRecovered && isEnding(paths))
    throw new EnvironmentError(`Network ${network} is half ended: cqkd down -n ${network} ends the rest`);
  const failures: string[] = [];
  const attempt = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      failures.push(messageOf(error));
      return otherwise;
    }
  };
  const lock = locked ? null : await attempt(() => lockNetwork(root, network, 'chaos heal'), undefined);
  try {
    const cuts = await attempt(async () => (await driver.kernel?.lift()) ?? [], []);
    const isAlone = lock !== undefined;
    const revived = isAlone ? await attempt(() => reviveHosts(mendable), []) : [];
    const filtered = await attempt(() => liftAllFilters(mendable, signal), []);
    // Last of all: the journal may be broken, and it only notes what was on.
    const noted = isAlone ? readJournal(paths) : [];
    for (const entry of noted) {
      const left = await healEntry(entry, mendable, options);
      failures.push(...left);
      if (left.length === 0) removeFromJournal(paths, entry.id);
    }
    const lifted = new Set([...noted.map(({ id }) => id), ...[...cuts, ...filtered].map(faultOf)]);
    // As it is planned now: healing may have made it smaller.
    const dead = isAlone
      ? await attempt(async () => deadHosts(await openToMend(root, network), network), null)
      : null;
    return { network, lifted: [...lifted], revived, failures, dead };
  } finally {
    lock?.release();
  }
}

/** Frozen hosts go on; dead ones start again where nothing else tells which were killed on purpose. */
async function reviveHosts({ driver, units, token, isRecovered }: MendableNetwork): Promise<string[]> {
  const views = await driver.inspect();
  const frozen = views.filter(({ paused }) => paused).map(({ name }) => name);
  await driver.unpause(frozen);
  if (!isRecovered) return frozen;
  const dead = new Set(views.filter(({ state }) => state === 'dead').map(({ name }) => name));
  const known = units.filter(({ name }) => dead.has(name));
  await driver.revive(known, token);
  return [...frozen, ...known.map(({ name }) => name)];
}

/** Hosts that do not run, and were killed by no fault that is known. */
async function deadHosts(
  { driver, units, workers }: MendableNetwork,
  network: string,
): Promise<HealResult['dead']> {
  const views = await driver.inspect();
  const running = new Set(views.filter(({ state }) => state === 'running').map(({ name }) => name));
  const hosts = units.map(({ name }) => name).filter((name) => !running.has(name));
  if (hosts.length === 0) return null;
  const canGrow = workers !== null && running.has(coordinatorUnit);
  const remedy = canGrow ? `cqkd scale -w ${workers} -n ${network}` : `cqkd down -n ${network}`;
  return { hosts, remedy };
}

/** @returns ids of what was on */
async function liftAllFilters({ client, driver }: MendableNetwork, signal: AbortSignal): Promise<string[]> {
  const active = await client.faults(signal);
  await liftFilters({ client, driver, signal });
  return active.map(({ id }) => id);
}

function healEntry(
  { id, undo }: JournalEntry,
  { client, driver, units, token }: MendableNetwork,
  { root, network, signal }: HealOptions,
): Promise<string[]> {
  const patient = {
    client,
    driver,
    units,
    token,
    signal,
    ttlSeconds: 0,
    scale: async (workers: number) => {
      await scaleLocked({ root, network, workers, signal, hooks: noHooks });
    },
  };
  return healAll({ id, actions: undo as Action[], patient }, { revive: true });
}

/** Actions are called by the fault and their place in it. */
function faultOf(action: string): string {
  return action.replace(/\.\d+$/, '');
}
