import { EnvironmentError } from '@cqkd/harness';
import type { CoordinatorSpec } from '@cqkd/node/control';
import { gateway } from '../picture.js';
import type { Action } from './action.js';
import type { Means, Patient } from './means.js';

/** By the kernel: what keeps it up lifts it after its time, and so does the kernel itself. */
export const byKernel: Means<Extract<Action, { by: 'kernel' }>> = {
  inject: async ({ groups, deaf }, patient) => {
    const { driver, id, ttlSeconds, signal } = patient;
    if (!driver.kernel)
      throw new EnvironmentError(`The driver ${driver.name} has no filter in the kernel: --via node`);
    const places = await placesOf(patient);
    const own = coordinatorAddress(patient);
    await driver.kernel.cut(
      {
        id,
        ttlMs: ttlSeconds * 1000,
        groups: groups.map((names) => names.flatMap((name) => places.get(name) ?? [])),
        deaf,
        wholeAddresses: own === undefined ? [] : [own],
      },
      signal,
    );
  },
  heal: async (_, { driver, id }) => {
    await driver.kernel?.lift(id);
  },
  isOn: async (_, { driver, id }) => (await driver.kernel?.list())?.includes(id) ?? false,
};

async function placesOf(patient: Patient): Promise<Map<string, string>> {
  const { hosts } = await patient.client.network(patient.signal);
  const places = hosts.flatMap(({ nodes }) =>
    nodes.map(({ name, address, port }): [string, string] => [name, `${address}:${port}`]),
  );
  const own = coordinatorAddress(patient);
  // All of its ports are meant: it starts nodes of its own to measure with.
  return new Map(own === undefined ? places : [...places, [gateway, `${own}:0`]]);
}

function coordinatorAddress({ units }: Patient): string | undefined {
  const unit = units.find(({ kind }) => kind === 'coordinator');
  return (unit?.spec as CoordinatorSpec | undefined)?.address;
}
