import {
  type CommandContext,
  type Drift,
  driftsOf,
  meantBy,
  openNetwork,
  recordRun,
  settle,
} from '@cqkd/harness';
import { phases } from '@cqkd/node/control';
import { type AuditEntry, readAudit } from './audit.js';
import { type Changed, carryOut, change, note } from './change.js';
import { type PhaseName, phaseName } from './results.js';
import { withNetwork } from './session.js';

/** A phase on a network. */
export interface PhaseState extends PhaseName {
  /** Whether it is meant to be on. */
  enabled: boolean;
  /** Hosts and nodes that do not run as it is meant. */
  drifts: Drift[];
}

/** A setting with its drifts. */
export interface SettingState {
  /** Upper-case name. */
  name: string;
  /** What is meant; null = not set. */
  value: string | null;
  /** Whether the plan gives it; else it is the default. */
  given: boolean;
  drifts: Drift[];
}

/** The `--json` of flags. */
export interface FlagsResult {
  network: string;
  driver: string;
  phases: PhaseState[];
  settings: SettingState[];
  /** Hosts that run. */
  hosts: number;
  /** Hosts that did not tell what they run with. */
  away: string[];
  /** A change that was begun and never ended. */
  unfinished: { what: string; at: string } | null;
  history: AuditEntry[];
}

/** Tells what every host runs with, and what is meant. */
export async function readFlags({ root, network, signal }: CommandContext): Promise<FlagsResult> {
  const { client, driver, deployment } = await openNetwork(root, network);
  const { plan, change: unfinished } = deployment;
  const view = await client.getSettings(signal);
  const meant = meantBy(plan);
  const drifts = driftsOf(view, meant);
  const of = (setting: string) => drifts.filter((drift) => drift.setting === setting);
  return {
    network,
    driver: driver.name,
    phases: phases.map((phase) => ({
      ...phaseName(phase),
      enabled: meant[phase.flag] === 'true',
      drifts: of(phase.flag),
    })),
    settings: Object.entries(meant).map(([name, value]) => ({
      name: name.toUpperCase(),
      value,
      given: Object.hasOwn(plan.settings, name),
      drifts: of(name),
    })),
    hosts: plan.hosts.length,
    away: [...view.away].sort(),
    unfinished: unfinished ? { what: unfinished.what, at: new Date(unfinished.at).toISOString() } : null,
    history: readAudit(root, network),
  };
}

/** Changes settings of a running network. @param settings text by lower-case name */
export function setFlags(
  context: CommandContext,
  settings: Readonly<Record<string, string>>,
): Promise<Changed> {
  return withNetwork(context, 'flags', async (session) => {
    const listed = Object.entries(settings).map(([name, text]) => `${name.toUpperCase()}=${text}`);
    const what = `set ${listed.join(' ')}`;
    const changed = await change(session, { what, why: 'asked for', settings }, async () => null);
    const { handle, network, hooks } = session;
    const result = { what, ...changed };
    await recordRun(handle.paths, { at: Date.now(), command: 'flags', network, result }, hooks);
    return changed;
  });
}

/** Brings every host to what is meant, whatever kept it from it. */
export function healFlags(context: CommandContext): Promise<void> {
  return withNetwork(context, 'flags', async (session) => {
    const { handle } = session;
    const { plan, change: unfinished } = handle.deployment;
    const what = unfinished ? `the end of: ${unfinished.what}` : 'drifts healed';
    await carryOut(session, { plan, what, trial: false }, async () => {});
    settle(handle);
    note(session, {
      what,
      why: 'asked for',
      settings: {},
      before: null,
      after: null,
      verdict: null,
      outcome: 'kept',
    });
  });
}
