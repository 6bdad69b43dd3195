import type { Machine } from '../../machine/machine.js';
import { type AddressBlock, addressBlock } from '../../plan/address-block.js';
import { createPlan } from '../../plan/create-plan.js';
import type { Ground } from '../../plan/ground.js';
import type { Plan, PlanInput } from '../../plan/plan.js';

export const machine: Machine = {
  cores: 2,
  memoryBytes: 16e9,
  platform: 'linux',
  openFiles: 20_000,
  processes: 90_000,
  neighbours: 1024,
  nodeVersion: '24.0.0',
  udpMicroseconds: null,
};

/** The loopback addresses of network `index` on a platform. */
export function loopback(index: number, platform = 'linux'): Ground {
  return { kind: 'loopback', block: addressBlock(index, platform) as AddressBlock };
}

/** A plan of a network on an ordinary machine. */
export function planOf(workers: number, input: Partial<PlanInput> = {}): Plan {
  return createPlan({
    network: 'test',
    workers,
    topology: 'auto',
    settings: {},
    machine,
    seed: 1,
    ground: loopback(0),
    coordinatorPort: 4000,
    ...input,
  });
}

/** Every node of a plan with its host and where it binds. */
export function nodesOf(plan: Plan) {
  return plan.hosts.flatMap((host) =>
    host.groups.flatMap(({ tier, region, siblings, nodes }) =>
      nodes.map((node) => ({
        name: node.name,
        host: host.name,
        tier,
        region,
        siblings,
        place: `${node.address ?? host.address}:${node.port}`,
        candidates: host.candidates[node.candidates] ?? [],
      })),
    ),
  );
}
