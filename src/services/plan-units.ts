import { type HostSpec, nodesOf } from '@cqkd/node/control';
import type { Unit } from '../drivers/driver.js';
import { nodeFlags } from '../plan/node-flags.js';
import type { Plan } from '../plan/plan.js';

/** Name of the coordinator among the units of a network. */
export const coordinatorUnit = 'coordinator';

/** All units of a plan in the order in which they start. */
export function unitsOf(plan: Plan): Unit[] {
  const hosts = plan.hosts.map((host) => unitOf(host, plan));
  const flags = nodeFlags(plan.nodes, plan.node);
  return [{ name: coordinatorUnit, kind: 'coordinator', spec: plan.coordinator, flags }, ...hosts];
}

export function unitOf(host: HostSpec, { node }: Pick<Plan, 'node'>): Unit {
  return { name: host.name, kind: 'host', spec: host, flags: nodeFlags(nodesOf(host).length, node) };
}
