import type {
  ActiveFault,
  FaultAnswer,
  FaultEffects,
  FaultRequest,
  FaultsLifted,
  FaultView,
} from '../control/faults-api.js';
import { HttpError, messageOf } from '../control/http-error.js';
import { sumOfEffects } from '../host/faults/effects.js';
import type { HostFaults } from '../host/faults/host-faults.js';
import type { FanOut } from './fan-out.js';
import { checkFault, type Directory, hostFault, namesHit } from './fault-rules.js';
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

/**
 * The faults that the nodes' own filters apply.
 *
 * The hosts keep the time: what was put on ends there by itself. A host that comes back in the meantime is given what
 * is left of it.
 */
export class NetworkFaults {
  readonly #init: NetworkFaultsInit;
  readonly #active = new Map<string, Active>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(init: NetworkFaultsInit) {
    this.#init = init;
  }

  list(): ActiveFault[] {
    this.#forgetEnded();
    return [...this.#active.values()].map(viewOf);
  }

  /** What a fault has done so far, as the hosts tell. @throws HttpError 404 when it is not on */
  async view(id: string, signal?: AbortSignal): Promise<FaultView> {
    this.#forgetEnded();
    const active = this.#active.get(id);
    if (!active) throw new HttpError(404, `No fault "${id}" is on`);
    const { fanOut, own } = this.#init;
    const concerned = this.#concerned(active);
    const path = pathOf(id);
    const answers = await fanOut.callAll<FaultEffects>(concerned, 'GET', path, {
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    return {
      ...viewOf(active),
      effects: sumOfEffects([...answers.values(), own.faults.effects(id) ?? {}]),
      silent: concerned.map(({ name }) => name).filter((name) => !answers.has(name)),
    };
  }

  /** Puts a fault on. @throws HttpError 404 when a node is nobody, 400 when it can't be done to a group */
  put(request: FaultRequest): Promise<FaultAnswer> {
    return this.#inTurn(() => this.#put(request));
  }

  /** Lifts one fault, or all of them, also those that an earlier coordinator has put on. */
  lift(id?: string): Promise<FaultsLifted> {
    return this.#inTurn(() => this.#lift(id));
  }

  async #put(request: FaultRequest): Promise<FaultAnswer> {
    const { own } = this.#init;
    const directory = this.#directory();
    checkFault(request, directory, own.name);
    this.#forgetEnded();
    const before = this.#active.get(request.id);
    const active = { request, endsAtMs: performance.now() + request.ttlSeconds * 1000 };
    this.#active.set(request.id, active);
    const names = namesHit(request);
    if (names.has(own.name)) {
      await own.faults.set(hostFault(request, leftMs(active), directory, new Set([own.name])));
    } else await own.faults.lift(request.id);
    const concerned = this.#concerned(active);
    const spared = before ? this.#concerned(before).filter((host) => !concerned.includes(host)) : [];
    const [hosts] = await Promise.all([
      this.#onHosts(concerned, (host) => this.#bring(host, active, directory)),
      this.#onHosts(spared, (host) => this.#liftOn(host, request.id)),
    ]);
    this.#init.onTold(`${request.id} on ${names.size} nodes for ${request.ttlSeconds} s`);
    return { id: request.id, nodes: names.size, hosts };
  }

  async #lift(id?: string): Promise<FaultsLifted> {
    const { registry, own } = this.#init;
    if (id === undefined) {
      this.#active.clear();
      await own.faults.liftAll();
    } else {
      this.#active.delete(id);
      await own.faults.lift(id);
    }
    const hosts = await this.#onHosts(registry.hosts, (host) => this.#liftOn(host, id));
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
      if (!this.#concerned(active).includes(host)) continue;
      void this.#inTurn(async () => {
        if (this.#active.has(active.request.id)) await this.#bring(host, active, directory);
      }).catch(() => {});
    }
  }

  /** A fault that is still being put on must not arrive after it was lifted. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }

  /** Hosts that run nodes which are hit. */
  #concerned({ request }: Active): HostRecord[] {
    const names = namesHit(request);
    return this.#init.registry.hosts.filter(({ nodes }) => nodes.some(({ name }) => names.has(name)));
  }

  async #bring(host: HostRecord, active: Active, directory: Directory): Promise<string> {
    const own = new Set(host.nodes.map(({ name }) => name));
    const body = hostFault(active.request, leftMs(active), directory, own);
    await this.#init.fanOut.call(host.name, 'PUT', '/v1/faults', { body, timeoutMs: TIMEOUT_MS });
    return 'applied';
  }

  async #liftOn({ name }: HostRecord, id?: string): Promise<string> {
    await this.#init.fanOut.call(name, 'DELETE', pathOf(id), { timeoutMs: TIMEOUT_MS });
    return 'lifted';
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

function pathOf(id?: string): string {
  return id === undefined ? '/v1/faults' : `/v1/faults/${encodeURIComponent(id)}`;
}

function leftMs({ endsAtMs }: Active): number {
  return Math.max(1, endsAtMs - performance.now());
}

function viewOf(active: Active): ActiveFault {
  const { id } = active.request;
  return { id, secondsLeft: leftMs(active) / 1000, nodes: namesHit(active.request).size };
}
