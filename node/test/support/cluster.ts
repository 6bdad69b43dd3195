import type { NetworkView, Tier } from '../../src/control/api.js';
import { HttpClient } from '../../src/control/http-client.js';
import type { CoordinatorSpec, HostSpec, NodeGroup, NodeSpec } from '../../src/host/spec.js';
import { EventListener } from './event-listener.js';
import { freePorts } from './free-ports.js';
import { NodeProcess } from './node-process.js';
import { until } from './until.js';

const ADDRESS = '127.0.0.1';
const TOKEN = 'a token of tests';

/** A whole network of real processes on loopback: a coordinator and hosts. */
export class Cluster {
  readonly client = new HttpClient({ token: TOKEN });
  readonly processes = new Map<string, NodeProcess>();

  private constructor(
    readonly specs: readonly HostSpec[],
    readonly coordinatorSpec: CoordinatorSpec,
  ) {}

  /** Starts super nodes and one worker host; does not wait for them. */
  static async start({ supers = 2, workers = 6 } = {}): Promise<Cluster> {
    const [control = 0, ...ports] = await freePorts(supers + workers + 1);
    const candidates = ports.slice(0, supers).map((port) => `${ADDRESS}:${port}`);
    const url = coordinatorUrl(control);
    const superHosts = candidates.map((_, i) => ({
      ...hostSpec(`super-${i}`, url),
      candidates: [candidates.slice(0, Math.min(i, 1))],
      groups: [nodeGroup('super', [{ name: `sb-${i}`, port: ports[i] as number, candidates: 0 }])],
    }));
    const workerPorts = ports.slice(supers);
    const workerHost: HostSpec = {
      ...hostSpec('worker-0', url),
      candidates: [candidates],
      groups: [
        nodeGroup(
          'worker',
          workerPorts.map((port, i) => ({ name: `worker-${i}`, port, candidates: 0 })),
        ),
      ],
      ports: portRange(workerPorts),
    };
    const expected = { super: supers, worker: workers };
    return Cluster.launch([...superHosts, workerHost], { control, candidates, expected });
  }

  /**
   * Starts a super node and `shared-1`, a host that a regional node shares with a worker in the east and two in the
   * west; does not wait for them.
   */
  static async startShared(): Promise<Cluster> {
    const [control = 0, root = 0, regional = 0, ...workers] = await freePorts(6);
    const [top, middle] = [`${ADDRESS}:${root}`, `${ADDRESS}:${regional}`];
    const url = coordinatorUrl(control);
    const worker = (port: number) => ({ name: `worker-${workers.indexOf(port)}`, port, candidates: 1 });
    const [east, ...west] = workers.map(worker) as [NodeSpec, ...NodeSpec[]];
    const specs: HostSpec[] = [
      {
        ...hostSpec('super-0', url),
        groups: [nodeGroup('super', [{ name: 'sb-0', port: root, candidates: 0 }], { siblings: [top] })],
      },
      {
        ...hostSpec('shared-1', url),
        candidates: [[top], [middle, top]],
        fallbackCandidates: [top],
        groups: [
          nodeGroup('regional', [{ name: 'rb-0', port: regional, candidates: 0 }], {
            siblings: [middle],
            capacity: 250,
          }),
          nodeGroup('worker', [east]),
          nodeGroup('worker', west, { region: 'west' }),
        ],
        ports: portRange(workers),
      },
    ];
    const expected = { super: 1, regional: 1, worker: 3 };
    return Cluster.launch(specs, { control, candidates: [top], expected });
  }

  /** Starts all these hosts with their coordinator; does not wait for them. @param own control: its port */
  static launch(
    specs: readonly HostSpec[],
    own: Pick<CoordinatorSpec, 'candidates' | 'expected'> & { control: number },
  ): Cluster {
    const cluster = new Cluster(specs, {
      network: 'test',
      address: ADDRESS,
      port: 0,
      settings: {},
      seed: 1,
      ...own,
      control: { address: ADDRESS, port: own.control },
    });
    cluster.startCoordinator();
    for (const spec of specs) cluster.startHost(spec);
    return cluster;
  }

  startCoordinator(): NodeProcess {
    return this.#start('coordinator', { CQKD_COORDINATOR: JSON.stringify(this.coordinatorSpec) });
  }

  startHost(spec: HostSpec): NodeProcess {
    return this.#start(spec.name, { CQKD_HOST: JSON.stringify(spec) });
  }

  get url(): string {
    return coordinatorUrl(this.coordinatorSpec.control.port);
  }

  call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.client.request<T>(method, this.url + path, { body, timeoutMs: 60_000 });
  }

  /** Collects events from now on. */
  listen(): EventListener {
    return new EventListener(this.url, TOKEN);
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
export function hostSpec(name: string, coordinator = coordinatorUrl(1)): HostSpec {
  return {
    network: 'test',
    name,
    address: ADDRESS,
    control: { address: ADDRESS, port: 0 },
    coordinator,
    candidates: [[]],
    fallbackCandidates: [],
    groups: [],
    ports: { min: 1, max: 1, spareFrom: 2 },
    settings: {},
  };
}

/** Nodes of one tier, in the east unless told otherwise; bootstrap nodes take all that come. */
export function nodeGroup(tier: Tier, nodes: NodeSpec[], more: Partial<NodeGroup> = {}): NodeGroup {
  return { tier, region: 'east', siblings: [], capacity: null, nodes, ...more };
}

export function coordinatorUrl(control: number): string {
  return `http://${ADDRESS}:${control}`;
}

/** Where workers fall back to: the ports above their own. */
export function portRange(ports: readonly number[]): HostSpec['ports'] {
  const last = Math.min(Math.max(...ports), 65_000);
  return { min: last + 1, max: 65_535, spareFrom: last + 1 };
}
