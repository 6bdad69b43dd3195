import type { FaultRequest, HostFault, HostFaultRule, StressLoad } from '../control/faults-api.js';
import { HttpError } from '../control/http-error.js';
import { noDegradation } from '../wire/faults.js';

/** Node and place of everybody that a fault may be about. */
export type Directory = ReadonlyMap<string, string>;

/**
 * Whether a fault can be put on.
 *
 * @param gateway name of the coordinator's own node, which can be deaf or hear badly and nothing else
 * @throws HttpError 404 when a node is nobody, 400 when there is no such group or it can't be done to it
 */
export function checkFault(request: FaultRequest, directory: Directory, gateway: string): void {
  const { groups, deaf = [], degraded = [] } = request;
  for (const name of groups.flat()) {
    if (!directory.has(name)) throw new HttpError(404, `No node "${name}" in this network`);
  }
  const others = (['down', 'churn', 'ports', 'stress'] as const).flatMap((kind) =>
    (request[kind] ?? []).map(({ group }) => ({ kind, group })),
  );
  for (const index of [...deaf.flat(), ...[...degraded, ...others].map(({ group }) => group)]) {
    if (index >= groups.length)
      throw new HttpError(400, `groups has ${groups.length} groups, there is none at ${index}`);
  }
  for (const { kind, group } of others) {
    if (groups[group]?.includes(gateway))
      throw new HttpError(400, `${kind} can't be done to "${gateway}": leave it out of group ${group}`);
  }
}

/** Names of all nodes that are hit, themselves or by their host. */
export function namesHit(request: FaultRequest): Set<string> {
  const { groups, ports = [], stress = [] } = request;
  const byHost = [...ports, ...stress].flatMap(({ group }) => groups[group] ?? []);
  return new Set([...rulesOf(request).keys(), ...byHost]);
}

/** As far as some nodes are concerned: without the places that none of them has to know. */
export function hostFault(
  request: FaultRequest,
  ttlMs: number,
  directory: Directory,
  own: ReadonlySet<string>,
): HostFault {
  const { groups, id } = request;
  const rules = Object.fromEntries([...rulesOf(request)].filter(([name]) => own.has(name)));
  const used = new Set(Object.values(rules).flatMap(({ deafTo = [] }) => deafTo));
  const isAbout = ({ group }: { group: number }) => groups[group]?.some((name) => own.has(name)) ?? false;
  const shares = (request.ports ?? []).filter(isAbout).map(({ share }) => share);
  const loads = (request.stress ?? []).filter(isAbout).map(({ load }) => load);
  return {
    id,
    ttlMs,
    places: groups.map((names, index) =>
      used.has(index) ? names.map((name) => directory.get(name) as string) : [],
    ),
    rules,
    ...(shares.length > 0 && { ports: { share: Math.max(...shares) } }),
    ...(loads.length > 0 && { stress: heaviest(loads) }),
  };
}

/** What each node that is hit is told. */
function rulesOf({
  groups,
  deaf = [],
  degraded = [],
  down = [],
  churn = [],
}: FaultRequest): Map<string, HostFaultRule> {
  const rules = new Map<string, HostFaultRule>();
  const change = (group: number, change: (rule: HostFaultRule) => HostFaultRule) => {
    for (const name of groups[group] ?? []) rules.set(name, change(rules.get(name) ?? {}));
  };
  for (const [group, other] of deaf) {
    change(group, (rule) => ({ ...rule, deafTo: [...(rule.deafTo ?? []), other] }));
  }
  for (const { group, degradation } of degraded) {
    change(group, (rule) => ({
      ...rule,
      degradation: { ...noDegradation, ...rule.degradation, ...degradation },
    }));
  }
  for (const { group, keep = false } of down) change(group, (rule) => ({ ...rule, down: { keep } }));
  for (const { group, sessions } of churn) change(group, (rule) => ({ ...rule, churn: sessions }));
  return rules;
}

function heaviest(loads: readonly StressLoad[]): StressLoad {
  return {
    cpu: Math.max(...loads.map(({ cpu }) => cpu)),
    memoryBytes: Math.max(...loads.map(({ memoryBytes }) => memoryBytes)),
  };
}
