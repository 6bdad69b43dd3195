import type {
  HostReport,
  HostReportAnswer,
  HostState,
  NetworkEvent,
  NodeReport,
  Tier,
  TierProgress,
} from '../control/api.js';
import { Uptime } from './uptime.js';

/** A host without a report for so long is lost. Twice the interval of its reports. */
const LOST_AFTER_MS = 10_000;

/** A host as its last reports tell. */
export interface HostRecord extends Omit<HostReport, 'nodes' | 'events'> {
  nodes: NodeReport[];
  state: HostState;
  joined: number;
  /** Joined and failed nodes of each tier. */
  counts: ReadonlyMap<Tier, { joined: number; failed: number }>;
  /** Names of nodes that had joined at some time: they should answer. */
  due: Set<string>;
  /** Of the last report, on the monotonic clock. Milliseconds. */
  seenAtMs: number;
}

export interface RegistryInit {
  /** Told when nodes or hosts have changed. */
  onChange: () => void;
  onEvent: (event: NetworkEvent) => void;
}

/** All hosts that report, with their nodes. */
export class Registry {
  readonly #hosts = new Map<string, HostRecord>();
  readonly #init: RegistryInit;
  readonly #uptime = new Uptime();
  /** By name of host: the `specRevision` of the first report that shows the spec it was given last. */
  readonly #awaited = new Map<string, number>();
  /** Whether hosts told of an earlier coordinator: then the network is older than what is known here. */
  isSuccessor = false;

  constructor(init: RegistryInit) {
    this.#init = init;
  }

  get hosts(): readonly HostRecord[] {
    return [...this.#hosts.values()];
  }

  host(name: string): HostRecord | undefined {
    return this.#hosts.get(name);
  }

  /** Nodes that have joined, on hosts that are up. */
  get liveNodes(): NodeReport[] {
    const up = this.hosts.filter((host) => host.state === 'up');
    return up.flatMap((host) => host.nodes.filter((node) => node.state === 'joined'));
  }

  /** False while a host has not reported since it was given another spec. */
  get isCurrent(): boolean {
    return this.#awaited.size === 0;
  }

  /** A host was given another spec: what is known of its nodes is out of date until it reports that `revision`. */
  expectReport(name: string, revision: number): void {
    const host = this.#hosts.get(name);
    if (!host || (host.specRevision ?? 0) >= revision) return;
    this.#awaited.set(name, revision);
    this.#init.onChange();
  }

  /** Takes a report. */
  report(report: HostReport): HostReportAnswer {
    const known = this.#hosts.get(report.name);
    const same = known?.pid === report.pid && known.startedAt === report.startedAt;
    if (!report.nodes && !same) {
      this.isSuccessor ||= this.#hosts.size === 0 || !known;
      return { resend: true };
    }
    const wasUp = known?.state === 'up';
    if (known) this.#account(known, wasUp);
    const { nodes = known?.nodes ?? [], events, ...rest } = report;
    const record: HostRecord = {
      ...rest,
      nodes,
      state: 'up',
      joined: nodes.filter((node) => node.state === 'joined').length,
      counts: countByTier(nodes),
      due: report.nodes ? dueOf(nodes, known?.due) : (known?.due ?? new Set()),
      seenAtMs: performance.now(),
    };
    this.#hosts.set(report.name, record);
    if (!same || (report.specRevision ?? 0) >= (this.#awaited.get(report.name) ?? 0))
      this.#awaited.delete(report.name);
    if (!wasUp || !same) this.#init.onEvent({ at: Date.now(), type: 'host-up', host: report.name });
    for (const event of events) this.#init.onEvent(event);
    if (report.nodes || !wasUp) this.#init.onChange();
    return { resend: false };
  }

  /** A host says that it has ended: it and its nodes are no more. */
  remove(name: string): void {
    const host = this.#hosts.get(name);
    if (!host) return;
    if (host.state === 'up') this.#account(host, true);
    this.#hosts.delete(name);
    this.#awaited.delete(name);
    this.#init.onChange();
  }

  /** The process of a host is dead or hangs. */
  markLost(name: string, message: string): void {
    const host = this.#hosts.get(name);
    if (!host || host.state === 'lost') return;
    host.state = 'lost';
    this.#init.onEvent({ at: Date.now(), type: 'host-lost', host: name, message });
    this.#init.onChange();
  }

  /** Marks the hosts that have not reported for too long. */
  sweep(): void {
    const now = performance.now();
    for (const host of this.hosts) {
      const silentMs = now - host.seenAtMs;
      if (silentMs > LOST_AFTER_MS) this.markLost(host.name, `no report for ${LOST_AFTER_MS / 1000} s`);
    }
  }

  /** Joined and failed nodes of each tier, of those that the plan has. */
  progress(expected: Partial<Record<Tier, number>>): Partial<Record<Tier, TierProgress>> {
    const tiers: Partial<Record<Tier, TierProgress>> = {};
    for (const tier of Object.keys(expected) as Tier[])
      tiers[tier] = { joined: 0, failed: 0, total: expected[tier] ?? 0 };
    for (const host of this.#hosts.values()) {
      for (const [name, { joined, failed }] of host.counts) {
        tiers[name] ??= { joined: 0, failed: 0, total: 0 };
        const tier = tiers[name] as TierProgress;
        if (host.state === 'up') tier.joined += joined;
        tier.failed += failed;
      }
    }
    return tiers;
  }

  /** Answered node-seconds in percent of all node-seconds, both since the nodes joined. */
  get uptimePercent(): number {
    const now = performance.now();
    let total = this.#uptime;
    for (const host of this.hosts) {
      const answered = host.state === 'up' ? host.joined : 0;
      total = total.plus((now - host.seenAtMs) / 1000, answered, host.due.size);
    }
    return total.percent;
  }

  #account(host: HostRecord, answered: boolean): void {
    const seconds = (performance.now() - host.seenAtMs) / 1000;
    this.#uptime.add(seconds, answered ? host.joined : 0, host.due.size);
  }
}

function countByTier(nodes: readonly NodeReport[]): HostRecord['counts'] {
  const counts = new Map<Tier, { joined: number; failed: number }>();
  for (const { tier, state } of nodes) {
    const count = counts.get(tier) ?? { joined: 0, failed: 0 };
    counts.set(tier, count);
    if (state === 'joined') count.joined++;
    else if (state === 'failed') count.failed++;
  }
  return counts;
}

/** Of the nodes listed, those that have joined now or before. */
function dueOf(nodes: readonly NodeReport[], before: ReadonlySet<string> = new Set()): Set<string> {
  const due = nodes.filter((node) => node.state === 'joined' || before.has(node.name));
  return new Set(due.map((node) => node.name));
}
