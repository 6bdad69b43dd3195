import { type CommandContext, isLive, meantBy, planWithSettings, recordRun } from '@cqkd/harness';
import type { Phase } from '@cqkd/node/control';
import { change } from './change.js';
import { describePhases } from './phases/parse-phases.js';
import { rowGatesOf } from './phases/row-gates.js';
import { prove } from './prove.js';
import { phaseName, type RollbackResult } from './results.js';
import { type Session, withNetwork } from './session.js';

export interface RollbackOptions {
  phases: readonly Phase[];
  /** Measures before and after. */
  verify: boolean;
  dryRun: boolean;
}

/** Switches phases off by their flags, and proves that the network does its work without them. */
export function rollback(context: CommandContext, options: RollbackOptions): Promise<RollbackResult> {
  const { phases, verify, dryRun } = options;
  return withNetwork(context, 'rollback', async (session) => {
    const settings = Object.fromEntries(phases.map(({ flag }) => [flag, 'false']));
    const result = resultOf(session, phases);
    if (dryRun) {
      await planWithSettings(session.root, session.handle, settings);
      return result;
    }
    const wanted = { what: `rollback of ${describePhases(phases)}`, why: 'asked for', settings };
    const gates = rowGatesOf(phases);
    const { rolled, ...changed } = await change(session, wanted, async (title) =>
      verify ? prove(session, gates, title) : null,
    );
    const done: RollbackResult = {
      ...result,
      ...changed,
      how: rolled ? 'rolling' : 'live',
      isDone: true,
      verdict: changed.after?.verdict ?? null,
      elapsedSeconds: performance.now() / 1000,
    };
    const { handle, network, hooks } = session;
    await recordRun(handle.paths, { at: Date.now(), command: 'rollback', network, result: done }, hooks);
    return done;
  });
}

/** Before it is done. */
function resultOf({ handle }: Session, phases: readonly Phase[]): RollbackResult {
  const { plan } = handle.deployment;
  const meant = meantBy(plan);
  return {
    network: plan.network,
    workers: plan.workers,
    phases: phases.map(phaseName),
    changed: phases.filter(({ flag }) => meant[flag] === 'true').map(({ flag }) => flag.toUpperCase()),
    how: phases.every(({ flag }) => isLive(flag)) ? 'live' : 'rolling',
    isDone: false,
    pending: [],
    before: null,
    after: null,
    verdict: null,
    elapsedSeconds: performance.now() / 1000,
  };
}
