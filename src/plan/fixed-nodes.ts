import type { Plan } from './plan.js';

/** Nodes that must have their very own port; a worker takes another one. */
export function fixedNodes({
  hosts,
}: Pick<Plan, 'hosts'>): { name: string; address: string; port: number }[] {
  return hosts.flatMap((host) =>
    host.groups
      .filter(({ tier }) => tier !== 'worker')
      .flatMap(({ nodes }) =>
        nodes.map(({ name, port, address = host.address }) => ({ name, address, port })),
      ),
  );
}
