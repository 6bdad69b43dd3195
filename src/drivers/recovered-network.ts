import type { CoordinatorSpec, HostSpec } from '@cqkd/node/control';
import type { RecoveredNetwork, Unit } from './driver.js';

/** Variables of a unit's environment, by which it was told what to be. */
export interface UnitEnvironment {
  unit: string;
  variables: Readonly<Record<string, string>>;
}

/**
 * Reads a network out of the environments of its units.
 *
 * @param urlOf where the command line reaches a coordinator
 * @returns undefined when there is no coordinator among them
 */
export function recoveredNetwork(
  environments: readonly UnitEnvironment[],
  urlOf: (coordinator: CoordinatorSpec) => string | undefined,
): RecoveredNetwork | undefined {
  const units = environments.flatMap(unitOf);
  const coordinator = units.find(({ kind }) => kind === 'coordinator');
  const token = environments.find(({ unit }) => unit === coordinator?.name)?.variables.CQKD_TOKEN;
  const coordinatorUrl = coordinator && urlOf(coordinator.spec as CoordinatorSpec);
  return token && coordinatorUrl ? { token, coordinatorUrl, units } : undefined;
}

function unitOf({ unit: name, variables }: UnitEnvironment): Unit[] {
  const { CQKD_COORDINATOR, CQKD_HOST } = variables;
  try {
    if (CQKD_COORDINATOR)
      return [{ name, kind: 'coordinator', spec: JSON.parse(CQKD_COORDINATOR) as CoordinatorSpec }];
    return CQKD_HOST ? [{ name, kind: 'host', spec: JSON.parse(CQKD_HOST) as HostSpec }] : [];
  } catch {
    // Its variables were cut off: there is one unit less that can be read.
    return [];
  }
}
