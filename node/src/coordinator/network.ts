import type { Socket } from 'node:net';
import { placeOf } from '../bootstrap/address.js';
import type {
  BootstrapReport,
  HostReport,
  HostReportAnswer,
  NetworkEvent,
  NetworkView,
} from '../control/api.js';
import type { ReconcileAnswer } from '../control/host-api.js';
import { HttpError } from '../control/http-error.js';
import type { LoadMeter } from '../control/load-meter.js';
import type { Logger } from '../control/logger.js';
import { networkKeyOf } from '../control/network-key.js';
import type { CoordinatorSpec } from '../host/spec.js';
import type { Settings } from '../settings.js';
import { bootstrapReport } from './bootstrap-report.js';
import { EventStream } from './event-stream.js';
import { FanOut } from './fan-out.js';
import { ForeignNodes } from './foreign-nodes.js';
import { GATEWAY, Gateway } from './gateway.js';
import { LiveSettings } from './live-settings.js';
import { NetworkFaults } from './network-faults.js';
import { Readiness } from './readiness.js';
import { Registry } from './registry.js';

/** How often it is looked for hosts that fell silent. */
const SWEEP_INTERVAL_MS = 1000;
const SPEC_TIMEOUT_MS = 10_000;

export interface NetworkInit {
  spec: CoordinatorSpec;
  token: string;
  load: LoadMeter;
  logger: Logger;
}

/** The network as the coordinator knows it: its hosts, its state, and a node of its own in it. */
export class Network {
  readonly liveSettings: LiveSettings;
  readonly faults: NetworkFaults;
  readonly registry: Registry;
  readonly gateway: Gateway;
  readonly foreign: ForeignNodes;
  readonly readiness: Readiness;
  readonly fanOut: FanOut;
  readonly events: EventStream;
  readonly load: LoadMeter;
  readonly logger: Logger;
  readonly #name: string;
  /** Connections over which hosts report: when one closes, its host may be dead. */
  readonly #connections = new WeakMap<Socket, Set<string>>();
  readonly #sweep: NodeJS.Timeout;
  #failovers = 0;

  /** @throws SettingError */
  constructor({ spec, token, load, logger }: NetworkInit) {
    this.#name = spec.network;
    this.load = load;
    this.logger = logger;
    this.events = new EventStream(() => this.#stateEvent());
    this.registry = new Registry({
      onChange: () => this.#changed(),
      onEvent: (event) => {
        this.#tell(event);
        if (event.type === 'host-up') this.faults.hostUp(event.host ?? '');
      },
    });
    this.fanOut = new FanOut(this.registry, token);
    this.liveSettings = new LiveSettings({
      given: spec.settings,
      registry: this.registry,
      fanOut: this.fanOut,
      onChange: (settings) => this.gateway.configure(settings),
      onTold: (message) => {
        logger.info({ message }, 'settings');
        this.#tell({ at: Date.now(), type: 'settings', message });
      },
    });
    this.gateway = new Gateway(spec, this.settings, networkKeyOf(token), () => this.#changed());
    this.foreign = new ForeignNodes(this.gateway, this.registry);
    this.faults = new NetworkFaults({
      registry: this.registry,
      fanOut: this.fanOut,
      own: { name: GATEWAY, place: () => placeOf(this.gateway.node), faults: this.gateway.faults },
      onTold: (message) => {
        logger.info({ message }, 'faults');
        this.#tell({ at: Date.now(), type: 'faults', message });
      },
    });
    this.readiness = new Readiness({
      registry: this.registry,
      gateway: this.gateway,
      expected: spec.expected,
      onChange: () => this.events.progressed(),
      onReady: () => this.#tell(this.#stateEvent()),
      onMissing: (nodes) =>
        logger.warn({ missing: nodes.length, first: nodes[0]?.name }, 'nodes have joined but are not found'),
    });
    this.#sweep = setInterval(() => this.registry.sweep(), SWEEP_INTERVAL_MS);
  }

  /** Those of the network as a whole, as they are now. */
  get settings(): Settings {
    return this.liveSettings.current;
  }

  /** Takes the report of a host. @param connection over which it came */
  report(report: HostReport, connection: Socket): HostReportAnswer {
    let names = this.#connections.get(connection);
    if (!names) {
      names = new Set();
      this.#connections.set(connection, names);
      connection.once('close', () => this.#hungUp(this.#connections.get(connection) ?? []));
    }
    names.add(report.name);
    const answer = this.registry.report(report);
    if (!answer.resend) this.liveSettings.reported(report);
    return answer;
  }

  /** The plan has changed. @throws SettingError, HttpError 409 when the spec is another network's */
  update(spec: CoordinatorSpec): void {
    if (spec.network !== this.#name)
      throw new HttpError(409, `This is the coordinator of "${this.#name}", not of "${spec.network}"`);
    this.liveSettings.give(spec.settings);
    this.gateway.setCandidates(spec.candidates);
    this.readiness.expect(spec.expected);
    this.events.progressed();
  }

  /** Gives a host another spec; the network is not ready until the host reports what it makes of it. @throws HttpError */
  async changeHost(name: string, spec: unknown, signal: AbortSignal): Promise<ReconcileAnswer> {
    const options = { body: spec, timeoutMs: SPEC_TIMEOUT_MS, signal };
    const answer = await this.fanOut.call<ReconcileAnswer>(name, 'PUT', '/v1/spec', options);
    this.registry.expectReport(name, answer.revision);
    return answer;
  }

  /** The bootstrap nodes, and who is attached to them. */
  get bootstrap(): BootstrapReport {
    return bootstrapReport(this.registry.hosts, this.#failovers);
  }

  async view(withNodes: boolean): Promise<NetworkView> {
    const { registry, readiness } = this;
    return {
      network: this.#name,
      state: readiness.state,
      bootstrapSeconds: readiness.bootstrapSeconds,
      tiers: registry.progress(readiness.expected),
      crawl: readiness.crawl,
      uptimePercent: registry.uptimePercent,
      bootstrap: this.bootstrap,
      foreign: this.foreign.places,
      hosts: registry.hosts.map((host) => ({
        name: host.name,
        tiers: host.tiers,
        regions: host.regions,
        state: host.state,
        url: host.url,
        pid: host.pid,
        startedAt: host.startedAt,
        load: host.load,
        traffic: host.traffic,
        nodes: withNodes ? host.nodes : [],
      })),
      coordinator: { pid: process.pid, load: await this.load.read() },
    };
  }

  async end(goodbye: boolean, signal: AbortSignal): Promise<void> {
    clearInterval(this.#sweep);
    this.readiness.end();
    this.events.close();
    await this.gateway.end(goodbye, signal);
    this.fanOut.close();
  }

  #changed(): void {
    this.readiness.update();
    this.events.progressed();
  }

  #tell(event: NetworkEvent): void {
    const { type, host, node, message } = event;
    if (type === 'promoted') this.#failovers++;
    if (type === 'ready') this.logger.info({ bootstrapSeconds: event.bootstrapSeconds }, 'ready');
    else if (type === 'host-lost' || type === 'failed') this.logger.warn({ host, node, message }, type);
    this.events.publish(event);
  }

  #stateEvent(): NetworkEvent {
    const { state, expected, crawl, bootstrapSeconds } = this.readiness;
    return {
      at: Date.now(),
      type: state === 'ready' ? 'ready' : 'progress',
      tiers: this.registry.progress(expected),
      crawl,
      bootstrapSeconds,
    };
  }

  #hungUp(names: Iterable<string>): void {
    for (const name of names) void this.fanOut.probe(name);
  }
}
