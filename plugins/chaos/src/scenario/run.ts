import { randomBytes } from 'node:crypto';
import {
  type CommandContext,
  EnvironmentError,
  lockNetwork,
  type NetworkHandle,
  openNetwork,
  recordRun,
  scaleLocked,
  worst,
} from '@cqkd/harness';
import { experiment } from '../experiment/experiment.js';
import { defaultThresholds } from '../experiment/thresholds.js';
import { heal } from '../heal.js';
import { workersOf } from './conditions.js';
import { doSteps, type StepsContext } from './do-steps.js';
import type { ScenarioResult } from './results.js';
import type { Scenario } from './scenario.js';

export interface ScenarioOptions extends CommandContext {
  /** In place of the scenario's own; without any, one is drawn. */
  seed?: number | undefined;
  /** Only says who would be hit. */
  dryRun: boolean;
  /** Goes on although the network is not what the scenario is for, or not in a steady state. */
  anyway: boolean;
  /** Goes on after a step that was no success. */
  keepGoing: boolean;
}

/** What a scenario is done with. */
export interface ScenarioParts extends Pick<StepsContext, 'experiment' | 'scale' | 'heal'> {
  open: (root: string, network: string) => Promise<Pick<NetworkHandle, 'client' | 'paths'>>;
}

const parts: ScenarioParts = { experiment, scale: scaleLocked, heal, open: openNetwork };

/**
 * Does the steps of a scenario on a network, which nobody else changes meanwhile.
 *
 * @throws UsageError, EnvironmentError, or the signal's reason: what was broken then is healed
 */
export async function runScenario(
  scenario: Scenario,
  options: ScenarioOptions,
  { open, ...means }: ScenarioParts = parts,
): Promise<ScenarioResult> {
  const { root, network, signal, hooks, dryRun } = options;
  const seed = options.seed ?? scenario.seed ?? randomBytes(4).readUInt32BE();
  const lock = await lockNetwork(root, network, 'chaos run');
  try {
    const { client, paths } = await open(root, network);
    if (!options.anyway)
      requireFit(scenario, network, workersOf(await client.network(signal, { nodes: false })));
    const thresholds = { ...defaultThresholds, ...scenario.thresholds };
    const steps = await doSteps(scenario.steps, { ...options, client, seed, thresholds, ...means });
    const result: ScenarioResult = {
      scenario: scenario.name,
      description: scenario.description,
      network,
      seed,
      steps,
      skipped: scenario.steps.length - steps.length,
      verdict: dryRun ? null : worst(steps.flatMap(({ verdict }) => verdict ?? [])),
      elapsedSeconds: performance.now() / 1000,
    };
    if (!dryRun) await recordRun(paths, { at: Date.now(), command: 'chaos run', network, result }, hooks);
    return result;
  } finally {
    lock.release();
  }
}

function requireFit(
  { name, workers: { min = 1, max = Infinity } }: Scenario,
  network: string,
  workers: number,
) {
  if (workers >= min && workers <= max) return;
  const wanted = workers < min ? `at least ${min}` : `at most ${max}`;
  throw new EnvironmentError(
    `Scenario ${name} needs ${wanted} workers, and ${network} has ${workers}: cqkd scale -n ${network} -w ${workers < min ? min : max}, or go on with --anyway`,
  );
}
