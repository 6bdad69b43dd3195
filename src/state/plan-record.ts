import { readFileSync } from 'node:fs';
import { messageOf, systemCode, UsageError } from '../errors.js';
import type { Plan, TopologyChoice } from '../plan/plan.js';
import { recordedPlanSchema } from './deployment.js';

/** What it takes to plan the same network again. */
export interface PlanRecord {
  workers: number;
  topology: TopologyChoice;
  settings: Readonly<Record<string, string>>;
  density: number | undefined;
  seed: number;
}

/**
 * Reads a saved plan with its flags: what `deploy --json` printed, or the plan.json of a network.
 *
 * @throws UsageError when the file can't be read or holds no plan
 */
export function readPlanRecord(path: string): PlanRecord {
  const parsed = parse(path);
  const held = typeof parsed === 'object' && parsed !== null && 'plan' in parsed ? parsed.plan : parsed;
  const result = recordedPlanSchema.safeParse(held);
  if (!result.success) {
    throw new UsageError(`${path} holds no plan: --from takes what cqkd deploy --json printed`);
  }
  const { workers, topology, settings, density, seed } = result.data as unknown as Plan;
  // A legacy network is what `auto` comes to with its settings.
  const choice = topology === 'legacy' ? 'auto' : topology;
  return { workers, topology: choice, settings, density: density ?? undefined, seed };
}

function parse(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Can't read ${path} (${systemCode(error) ?? messageOf(error)})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is no JSON: --from takes what cqkd deploy --json printed`);
  }
}
