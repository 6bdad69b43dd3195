import {
  type Judgement,
  type Moved,
  meanPlan,
  meantBy,
  moveToPlan,
  orPutBack,
  type Plan,
  planWithSettings,
  settle,
} from '@cqkd/harness';
import { type AuditEntry, audit, audited } from './audit.js';
import { converge } from './converge.js';
import type { Session } from './session.js';

/** Settings that a network is to have, and what for. */
export interface Change {
  /** For people: `rollback of phase 3 (adaptive Kademlia)`. */
  what: string;
  why: string;
  /** Text by lower-case name. */
  settings: Readonly<Record<string, string>>;
}

/** How a change went. */
export interface Changed {
  /** Whether hosts were gone through one after the other; else running nodes took it. */
  rolled: boolean;
  /** Hosts that could not be told, and take it when they are back. */
  pending: Moved['pending'];
  /** What it did, as far as it was measured. */
  before: Judgement | null;
  after: Judgement | null;
}

/** Measures; null = it is not asked for. */
type Measure = (title: string) => Promise<Judgement | null>;

/**
 * Changes settings of a running network; when that fails or is interrupted, the network is put back.
 *
 * While it is under way the state of the network says so: the same command again ends what a killed one began.
 *
 * @throws UsageError when a value is bad, EnvironmentError, or the signal's reason
 */
export async function change(session: Session, wanted: Change, measured: Measure): Promise<Changed> {
  const { handle } = session;
  const plan = await planWithSettings(session.root, handle, wanted.settings);
  const settings = differing(handle.deployment.plan, plan);
  const entry = { ...wanted, settings, before: null, after: null, verdict: null };
  try {
    const before = await measured('measured before');
    const changed = await carryOut(session, { plan, what: wanted.what, trial: false }, async (moved) => {
      return { ...moved, before, after: await measured('measured after') };
    });
    settle(handle);
    const { after } = changed;
    note(session, { ...entry, ...figures(before, after), outcome: 'kept' });
    return changed;
  } catch (error) {
    note(session, { ...entry, outcome: handle.deployment.state === 'up' ? 'undone' : 'failed' });
    throw error;
  }
}

/** Brings a network to another plan and does what belongs to it; when that fails, it is put back. */
export function carryOut<T>(
  { handle, progress, isUnfinished: mend, signal, ...session }: Session,
  { plan, ...what }: { plan: Plan; what: string; trial: boolean },
  then: (moved: Moved) => Promise<T>,
): Promise<T> {
  meanPlan(handle, plan, what);
  return orPutBack({ handle, mend, progress }, async () => {
    const moved = await moveToPlan({ handle, mend, signal, progress });
    await converge({ handle, progress, isUnfinished: mend, signal, ...session });
    return then(moved);
  });
}

type Noted = Omit<AuditEntry, 'at' | 'who' | 'pid' | 'command' | 'network' | 'driver'>;

/** Writes a change into the audit log. */
export function note({ root, network, handle }: Session, noted: Noted): void {
  audit(root, { network, driver: handle.driver.name, ...noted });
}

/** What the audit log tells of a measured change. */
export function figures(
  before: Judgement | null,
  after: Judgement | null,
): Pick<Noted, 'before' | 'after' | 'verdict'> {
  return {
    before: before && audited(before.metrics),
    after: after && audited(after.metrics),
    verdict: after?.verdict ?? null,
  };
}

/** Settings that two plans of a network do not have in common, by upper-case name. */
export function differing(before: Plan, after: Plan): AuditEntry['settings'] {
  const [from, to] = [meantBy(before), meantBy(after)];
  const names = Object.keys(to).filter((name) => from[name] !== to[name]);
  return Object.fromEntries(
    names.map((name) => [name.toUpperCase(), { from: from[name] ?? null, to: to[name] ?? null }]),
  );
}
