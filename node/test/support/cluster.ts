import type { NetworkView } from '../../src/control/api.js';
import { HttpClient } from '../../src/control/http-client.js';
import type { CoordinatorSpec, HostSpec } from '../../src/host/spec.js';
import { freePorts } from './free-ports.js';
import { NodeProcess } from './node-process.js';
import { until } from './until.js';

const ADDRESS = '127.0.0.1';
const TOKEN = 'a token of tests';

/** A whole network of real processes on loopback: a coordinator, super nodes and one worker host. */
export class Cluster {
  readonly client = new HttpClient({ token: TOKEN });
  readonly processes = new Map<string, NodeProcess>();
  readonly specs: HostSpec[] = [];
  coordinatorSpec: CoordinatorSpec;

  private constructor(
    readonly supers: number,
    readonly workers: number,
    ports: number[],
    control: number,
  ) {
    const candidates = ports.slice(0, supers).map((port) => `${ADDRESS}:${port}`);
    const first = candidates[0] as string;
    const url = `http://${ADDRESS}:${control}`;
    for (let i = 0; i < supers; i++) {
      this.specs.push({
        ...hostSpec(`super-${i}`, url),
        candidates: [i === 0 ? [] : [first]],
        nodes: [{ name: `sb-${i}`, port: ports[i] as number, candidates: 0 }],
      });
    }
    const workerPorts = ports.slice(supers);
    this.specs.push({
      ...hostSpec('worker-0', url),
      tier: 'worker',
      candidates: [candidates],
      nodes: workerPorts.map((port, i) => ({ name: `worker-${i}`, port, candidates: 0 })),
      ports: portRange(workerPorts),
    });
    this.coordinatorSpec = {
      network: 'test',
      control: { address: ADDRESS, port: control },
      address: ADDRESS,
      port: 0,
      candidates,
      expected: { super: supers, worker: workers },
      settings: {},
      seed: 1,
    };
  }

  /** Starts all processes; does not wait for them. */
  static async start({ supers = 2, workers = 6 } = {}): Promise<Cluster> {
    const [control = 0, ...ports] = await freePorts(supers + workers + 1);
    const cluster = new Cluster(supers, workers, ports, control);
    cluster.startCoordinator();
    for (const spec of cluster.specs) cluster.startHost(spec);
    return cluster;
  }

  startCoordinator(): NodeProcess {
    return this.#start('coordinator', { CQKD_COORDINATOR: JSON.stringify(this.coordinatorSpec) });
  }

  startHost(spec: HostSpec): NodeProcess {
    return this.#start(spec.name, { CQKD_HOST: JSON.stringify(spec) });
  }

  get url(): string {
    const { address, port } = this.coordinatorSpec.control;
    return `http://${address}:${port}`;
  }

  call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.client.request<T>(method, this.url + path, { body, timeoutMs: 60_000 });
  }

  view(): Promise<NetworkView> {
    return this.call<NetworkView>('GET', '/v1/network');
  }

  /** Waits for a state of the network. */
  async until(what: string, fits: (view: NetworkView) => boolean): Promise<NetworkView> {
    return until(what, async () => {
      const view = await this.view().catch(() => undefined);
      return view && fits(view) && view;
    });
  }

  untilReady(): Promise<NetworkView> {
    return this.until('the network to be ready', (view) => view.state === 'ready');
  }

  process(name: string): NodeProcess {
    return this.processes.get(name) as NodeProcess;
  }

  /** Ends everything at once. */
  async end(): Promise<void> {
    this.client.close();
    await Promise.all([...this.processes.values()].map((process) => process.kill()));
  }

  #start(name: string, environment: Record<string, string>): NodeProcess {
    const started = new NodeProcess({ CQKD_TOKEN: TOKEN, ...environment });
    this.processes.set(name, started);
    return started;
  }
}

/** A host without nodes. */
export function hostSpec(name: string, coordinator = 'http://127.0.0.1:1'): HostSpec {
  return {
    network: 'test',
    name,
    tier: 'super',
    region: 'east',
    address: ADDRESS,
    control: { address: ADDRESS, port: 0 },
    coordinator,
    candidates: [[]],
    siblings: [],
    fallbackCandidates: [],
    nodes: [],
    ports: { min: 1, max: 1, spareFrom: 2 },
    settings: {},
  };
}

/** Where workers fall back to: the ports above their own. */
function portRange(ports: readonly number[]): HostSpec['ports'] {
  const last = Math.min(Math.max(...ports), 65_000);
  return { min: last + 1, max: 65_535, spareFrom: last + 1 };
}
