import { infrastructureOf } from '../drivers/open-driver.js';
import { createPlan } from '../plan/create-plan.js';
import type { Plan } from '../plan/plan.js';
import type { NetworkHandle } from './network-handle.js';

export interface PlanChanges {
  workers?: number;
  /** All that are given, by lower-case name. */
  settings?: Readonly<Record<string, string>>;
}

/**
 * Plans a running network anew; what can stay where it is stays.
 *
 * @throws UsageError when the settings contradict each other, or the machine can't hold it
 */
export async function replan(
  root: string,
  { deployment }: NetworkHandle,
  changes: PlanChanges,
): Promise<Plan> {
  const { plan } = deployment;
  const { workers = plan.workers, settings = plan.settings } = changes;
  const infrastructure = await infrastructureOf(root, deployment);
  const machine = await infrastructure.machine();
  return createPlan({
    network: plan.network,
    workers,
    topology: plan.topology === 'flat' ? 'flat' : 'auto',
    settings,
    // What the network holds already is its own.
    machine: { ...machine, memoryBytes: machine.memoryBytes + plan.memoryBytes },
    seed: plan.seed,
    ...(plan.density !== null && { density: plan.density }),
    ground: plan.ground,
    coordinatorPort: plan.coordinator.control.port,
    previous: plan,
  });
}
