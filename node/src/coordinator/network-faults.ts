import type {
  ActiveFault,
  FaultAnswer,
  FaultRequest,
  FaultsLifted,
  HostFault,
  HostFaultRule,
} from '../control/faults-api.js';
import { HttpError, messageOf } from '../control/http-error.js';
import type { HostFaults } from '../host/host-faults.js';
import { noDegradation } from '../wire/faults.js';
import type { FanOut } from './fan-out.js';
import type { HostRecord, Registry } from './registry.js';

const TIMEOUT_MS = 5000;

export interface NetworkFaultsInit {
  registry: Registry;
  fanOut: FanOut;
  /** Of the coordinator's own node. */
  own: { name: string; place: () => string; faults: HostFaults };
  /** Told of what was put on or lifted, in one line. */
  onTold: (message: string) => void;
}

interface Active {
  request: FaultRequest;
  endsAtMs: number;
}

/** Node and place of everybody that a fault may be about. */
type Directory = ReadonlyMap<string, string>;

/**
 * The faults that the nodes' own filters apply.
 *
 * The hosts keep the time: what was put on ends there by itself. A host that comes back in the meantime is given what
 * is left of it.
 */
export class NetworkFaults {
  readonly #init: NetworkFaultsInit;
  readonly #active = new Map<string, Active>();

  constructor(init: NetworkFaultsInit) {
    this.#init = init;
  }

  list(): ActiveFault[] {
    this.#forgetEnded();
    return [...this.#active.values()].map(({ request, endsAtMs }) => ({
      id: request.id,
      secondsLeft: (endsAtMs - performance.now()) / 1000,
      nodes: namesIn(request).size,
    }));
  }

  /** Puts a fault on. @throws HttpError 404 when a node is nobody, 400 when a group is not there */
  async put(request: FaultRequest): Promise<FaultAnswer> {
    const directory = this.#directory();
    check(request, directory);
    this.#forgetEnded();
    const active = { request, endsAtMs: performance.now() + request.ttlSeconds * 1000 };
    this.#active.set(request.id, active);
    const { registry, own } = this.#init;
    const rules = rulesOf(request);
    const concerned = registry.hosts.filter((host) => host.nodes.some(({ name }) => rules.has(name)));
    if (rules.has(own.name)) own.faults.set(hostFault(active, directory, new Set([own.name])));
    const hosts = await this.#onHosts(concerned, (host) => this.#bring(host, active, directory));
    this.#init.onTold(`${request.id} on ${rules.size} nodes for ${request.ttlSeconds} s`);
    return { id: request.id, nodes: rules.size, hosts };
  }

  /** Lifts one fault, or all of them, also those that an earlier coordinator has put on. */
  async lift(id?: string): Promise<FaultsLifted> {
    const { registry, fanOut, own } = this.#init;
    if (id === undefined) {
      this.#active.clear();
      own.faults.liftAll();
    } else {
      this.#active.delete(id);
      own.faults.lift(id);
    }
    const path = id === undefined ? '/v1/faults' : `/v1/faults/${encodeURIComponent(id)}`;
    const hosts = await this.#onHosts(registry.hosts, async ({ name }) => {
      await fanOut.call(name, 'DELETE', path, { timeoutMs: TIMEOUT_MS });
      return 'lifted';
    });
    this.#init.onTold(`${id ?? 'all faults'} lifted`);
    return { hosts };
  }

  /** A host has started anew: what is still on is put on it as well. */
  hostUp(name: string): void {
    const host = this.#init.registry.host(name);
    this.#forgetEnded();
    if (!host || this.#active.size === 0) return;
    const directory = this.#directory();
    for (const active of this.#active.values()) {
      const rules = rulesOf(active.request);
      if (host.nodes.some(({ name }) => rules.has(name)))
        void this.#bring(host, active, directory).catch(() => {});
    }
  }

  async #bring(host: HostRecord, active: Active, directory: Directory): Promise<string> {
    const own = new Set(host.nodes.map(({ name }) => name));
    const body = hostFault(active, directory, own);
    await this.#init.fanOut.call(host.name, 'PUT', '/v1/faults', { body, timeoutMs: TIMEOUT_MS });
    return 'applied';
  }

  async #onHosts(
    hosts: readonly HostRecord[],
    work: (host: HostRecord) => Promise<string>,
  ): Promise<Record<string, string>> {
    const answers = await Promise.all(
      hosts.map(async (host) => [host.name, await work(host).catch((error) => messageOf(error))] as const),
    );
    return Object.fromEntries(answers);
  }

  #directory(): Directory {
    const { registry, own } = this.#init;
    const nodes = registry.hosts.flatMap((host) => host.nodes);
    return new Map([
      ...nodes.map(({ name, address, port }): [string, string] => [name, `${address}:${port}`]),
      [own.name, own.place()],
    ]);
  }

  #forgetEnded(): void {
    for (const [id, { endsAtMs }] of this.#active) if (endsAtMs <= performance.now()) this.#active.delete(id);
  }
}

function check({ groups, deaf = [], degraded = [] }: FaultRequest, directory: Directory): void {
  for (const name of groups.flat()) {
    if (!directory.has(name)) throw new HttpError(404, `No node "${name}" in this network`);
  }
  for (const index of [...deaf.flat(), ...degraded.map(({ group }) => group)]) {
    if (index >= groups.length)
      throw new HttpError(400, `groups has ${groups.length} groups, there is none at ${index}`);
  }
}

function namesIn(request: FaultRequest): Set<string> {
  return new Set(rulesOf(request).keys());
}

/** What each node that is hit is told. */
function rulesOf({ groups, deaf = [], degraded = [] }: FaultRequest): Map<string, HostFaultRule> {
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
  return rules;
}

/** As far as some nodes are concerned: without the places that none of them has to know. */
function hostFault({ request, endsAtMs }: Active, directory: Directory, own: ReadonlySet<string>): HostFault {
  const rules = Object.fromEntries([...rulesOf(request)].filter(([name]) => own.has(name)));
  const used = new Set(Object.values(rules).flatMap(({ deafTo = [] }) => deafTo));
  return {
    id: request.id,
    ttlMs: Math.max(1, endsAtMs - performance.now()),
    places: request.groups.map((names, index) =>
      used.has(index) ? names.map((name) => directory.get(name) as string) : [],
    ),
    rules,
  };
}
