import type { HostSpec } from '@cqkd/node/control';
import type { Unit } from '../drivers/driver.js';
import type { Plan } from '../plan/plan.js';

/** Name of the coordinator among the units of a network. */
export const coordinatorUnit = 'coordinator';

/** All units of a plan in the order in which they start. */
export function unitsOf(plan: Plan): Unit[] {
  return [{ name: coordinatorUnit, kind: 'coordinator', spec: plan.coordinator }, ...plan.hosts.map(unitOf)];
}

export function unitOf(host: HostSpec): Unit {
  return { name: host.name, kind: 'host', spec: host };
}
