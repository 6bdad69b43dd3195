import { UsageError } from '../errors.js';
import { mostRecordBytes, readGivenFile } from '../given-file.js';
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
export async function readPlanRecord(path: string, signal?: AbortSignal): Promise<PlanRecord> {
  const parsed = await parse(path, signal);
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

async function parse(path: string, signal: AbortSignal | undefined): Promise<unknown> {
  const text = await readGivenFile(path, {
    signal,
    mostBytes: mostRecordBytes,
    failed: (why) => new UsageError(`Can't read ${path} (${why})`),
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is no JSON: --from takes what cqkd deploy --json printed`);
  }
}
