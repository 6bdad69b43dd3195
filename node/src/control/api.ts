/**
 * The JSON that coordinator, hosts and command line exchange over HTTP.
 *
 * Every call but `/healthz` and `/readyz` carries `authorization: Bearer TOKEN`. An error answers
 * `{"error": "one line"}` with a 4xx or 5xx status.
 */

/** What a node is in the bootstrap hierarchy. `coordinator` is the gateway node of the coordinator itself. */
export type Tier = 'super' | 'regional' | 'local' | 'worker' | 'endpoint' | 'coordinator';

/** Life of one node. `joined` = attached to its bootstrap node and own lookup done. */
export type NodeState = 'starting' | 'attaching' | 'joining' | 'joined' | 'failed' | 'left';

/** One node as its host reports it. */
export interface NodeReport {
  name: string;
  /** 160-bit id, 40 hexadecimal digits. */
  id: string;
  address: string;
  port: number;
  tier: Tier;
  region: string;
  state: NodeState;
  /** Why it failed, one line. */
  error?: string;
  /** The bootstrap node that it is attached to, `address:port`; absent when it has none. */
  parent?: string;
  /** Of a bootstrap node that hands out leases. */
  bootstrap?: BootstrapLoad;
}

/** What a bootstrap node carries. */
export interface BootstrapLoad {
  /** Nodes attached to it. */
  attached: number;
  /** Nodes that it takes at most, doubled while it stands in for a dead sibling. */
  capacity: number;
  /** It stands in for a dead sibling. */
  promoted: boolean;
}

/** Totals of the nodes of one host since it started; the coordinator sums them. */
export interface Traffic {
  datagramsSent: number;
  datagramsReceived: number;
  bytesSent: number;
  bytesReceived: number;
  /** Datagrams that were dropped because they were malformed, unknown or spoofed. */
  datagramsDropped: number;
  requestsSent: number;
  /** Requests that no attempt got an answer to. */
  requestsFailed: number;
  /** Datagrams that refresh caused: its requests, repeated ones too, and the answers that came. */
  refreshDatagrams: number;
}

/** Load of one host process, as it sees itself. */
export interface HostLoad {
  /** User and system CPU seconds since it started. */
  cpuSeconds: number;
  /** PSS in bytes where the system has it, else RSS. */
  memoryBytes: number;
  /** 99th percentile of the event loop's delay since the last report, milliseconds. */
  eventLoopP99Ms: number;
}

/** `POST /v1/hosts`: at every change of state, and every 5 s. */
export interface HostReport {
  name: string;
  /** Tiers of its nodes, each once. */
  tiers: Tier[];
  regions: string[];
  pid: number;
  /** Base address of the host's own control API. */
  url: string;
  /** When the process started, milliseconds since the epoch. */
  startedAt: number;
  /** Since it started, on its monotonic clock: what sets the machine's clock does not change it. */
  uptimeMs: number;
  /** Absent when nothing changed since the last report that the coordinator accepted. */
  nodes?: NodeReport[];
  load: HostLoad;
  traffic: Traffic;
  /** Of the settings that were changed since it was deployed; absent = 0, none. */
  settingsRevision?: number;
  /** Count of the specs that it was given since it started; absent = 0, none. */
  specRevision?: number;
  events: NetworkEvent[];
}

/** The answer to a report: `resend` asks for one with all the nodes (the coordinator is new and knows none). */
export interface HostReportAnswer {
  resend: boolean;
}

/** `up` = reports arrive; `lost` = none for 10 s (the process is dead or hangs). */
export type HostState = 'up' | 'lost';

export interface HostView {
  name: string;
  /** Tiers of its nodes, each once. */
  tiers: Tier[];
  regions: string[];
  state: HostState;
  url: string;
  pid: number;
  startedAt: number;
  load: HostLoad;
  traffic: Traffic;
  nodes: NodeReport[];
}

/** Nodes of one tier: those that joined, of those that the plan has. */
export interface TierProgress {
  joined: number;
  failed: number;
  total: number;
}

/** `starting` until every planned node has joined and was seen by one crawl; `degraded` when some are lost after that. */
export type NetworkState = 'starting' | 'ready' | 'degraded';

/** Bootstrap nodes and workers of one region. */
export interface RegionReport {
  name: string;
  /** Bootstrap nodes. */
  total: number;
  healthy: number;
  /** Workers that have joined. */
  workers: number;
}

/** The bootstrap nodes as a whole. A bootstrap node is healthy when it has joined and its host is up. */
export interface BootstrapReport {
  total: number;
  healthy: number;
  /** Nodes that are attached to the healthy ones. */
  connections: number;
  /** Nodes that the healthy ones take; in a flat network a figure only, nobody is refused. Null when they hand out no leases. */
  capacity: number | null;
  /** Connections in percent of the capacity; null without one. */
  utilisationPercent: number | null;
  /** Regions in the order of their names. */
  regions: RegionReport[];
  /** Regions with a healthy bootstrap node, in percent of all. */
  coveragePercent: number;
  /** Times that a node was promoted, since the coordinator started. */
  failovers: number;
  /** Names of those that stand in for a dead sibling now. */
  promoted: string[];
  /** Workers that have joined: `attached` to a healthy bootstrap node, or not. */
  workers: { attached: number; orphaned: number };
}

/** `GET /v1/network`. With `?nodes=false` the hosts' `nodes` are empty. */
export interface NetworkView {
  network: string;
  state: NetworkState;
  /** Seconds from the first host's start until the network was ready; null before. */
  bootstrapSeconds: number | null;
  tiers: Partial<Record<Tier, TierProgress>>;
  /** Nodes that the coordinator's crawl has seen, of those that are alive. */
  crawl: { seen: number; total: number };
  /** Answered node-seconds since joined, in percent of all node-seconds. */
  uptimePercent: number;
  bootstrap: BootstrapReport;
  /** `address:port` of the living nodes that no host reports, as the last measurement found: those of other programs. */
  foreign: string[];
  hosts: HostView[];
  coordinator: { pid: number; load: HostLoad };
}

export const networkEventTypes = [
  'progress',
  'joined',
  'failed',
  'left',
  'host-up',
  'host-lost',
  'ready',
  /** A node lost its bootstrap node, or has another one now. */
  'orphaned',
  'attached',
  /** A bootstrap node does the work of a dead sibling as well, or no longer. */
  'promoted',
  'demoted',
  /** A node runs with other parameters: alpha, K, time-out. */
  'adapted',
  /** Another node has the same id. */
  'duplicate-id',
  /** Many contacts of a node fell silent at once, or came back. */
  'partition-suspected',
  'partition-healed',
  /** Settings were changed while the network runs. */
  'settings',
  'faults',
] as const;

export type NetworkEventType = (typeof networkEventTypes)[number];

/** `GET /v1/events`: server-sent events; `event:` is `type`, `data:` the whole object. */
export interface NetworkEvent {
  /** Milliseconds since the epoch. */
  at: number;
  type: NetworkEventType;
  host?: string;
  node?: string;
  message?: string;
  /** Another node that it is about, `address:port`. */
  peer?: string;
  /** With `progress` and `ready`. */
  tiers?: Partial<Record<Tier, TierProgress>>;
  crawl?: { seen: number; total: number };
  bootstrapSeconds?: number | null;
}

/** p50, p90 and p95 of a set of values, in the values' unit. */
export interface Percentiles {
  p50: number;
  p90: number;
  p95: number;
}

/** Body of `POST /v1/measure/discovery`; empty: a fresh node with a cold cache looks for all workers. */
export interface DiscoveryRequest {
  /** The node that looks, by name or id; unset = a fresh one, or the coordinator's own when `cold` is false. */
  node?: string;
  /** Nodes that it asks for; unset = all. */
  count?: number;
  /** Whether each node returned must have answered lately; unset = as the health check is switched. */
  verify?: boolean;
  /** Whether it forgets what it found before. Unset = it does not; a fresh node has nothing to forget. */
  cold?: boolean;
  /** Names of nodes: only the workers among them are to be found. Without it, all that are alive. */
  among?: string[];
}

/** `POST /v1/measure/discovery`. */
export interface DiscoveryMeasurement {
  /**
   * Time until 95 % of the workers alive were found, or as many as were asked for when that is fewer; null when they
   * never were. Of a node of a host, the time until the discovery ended.
   */
  seconds: number | null;
  /** Time until the discovery ended. */
  totalSeconds: number;
  found: number;
  alive: number;
  /** Percent of the workers alive that were found. */
  successPercent: number;
  /** Nodes of all tiers that the discovery returned. */
  returned: number;
  /** Living nodes of the network that no host reports, of other programs. */
  foreign: number;
  /** Percent of the returned ones that are alive, foreign ones too; null when none was returned. */
  healthyPercent: number | null;
}

/** `POST /v1/measure/health`: one sweep of all nodes at the medium level. */
export interface HealthMeasurement {
  seconds: number;
  checked: number;
  healthy: number;
  degraded: number;
  unhealthy: number;
  /** Names of the nodes that were not healthy, at most 50. */
  failures: string[];
}

/** Body of `POST /v1/measure/lookup`. */
export interface LookupRequest {
  /** Lookups in all, 1-10000; default 500. */
  count?: number;
  /** At a time in the whole network, 1-1024; default 8. */
  concurrency?: number;
  /** Spread the lookups evenly over this time (standard load); 0 = as fast as they go. Seconds, at most 60. */
  overSeconds?: number;
  /** Of the node and target choice. */
  seed?: number;
  /**
   * Names of the nodes that are to be found, and of those that ask where `by` is not given; `coordinator` is the
   * coordinator's own. Without it, all.
   */
  among?: string[];
  /** Names of the nodes that ask. */
  by?: string[];
}

/** `POST /v1/measure/lookup`: lookups by random nodes for random targets, scored against the true nearest nodes. */
export interface LookupMeasurement {
  lookups: number;
  failed: number;
  seconds: number;
  /** The K of recall@K: each lookup is scored with the K of its node, this is the one most used. */
  k: number;
  /** Mean recall@K, 0-1. */
  recall: number;
  hops: Percentiles;
  latencyMs: Percentiles;
  /** Requests a lookup, mean. */
  requests: number;
  /** Requests of them that no attempt got an answer to, a lookup, mean. */
  timeouts: number;
  /** Round trip of the single requests. */
  rpcLatencyMs: Percentiles;
  requestAttempts: number;
  /** Attempts that a living peer left unanswered. */
  lostAttempts: number;
  lossPercent: number;
  /** All datagrams that the network's nodes sent in that time, each counted once, and those that refresh caused. */
  datagrams: number;
  refreshDatagrams: number;
}

/** Body of `POST /v1/measure/store`: `count` values written by random nodes and read back by others. */
export interface StoreRequest {
  count?: number;
  concurrency?: number;
  seed?: number;
  /** Names of the nodes that write and read; without it, all. */
  among?: string[];
}

export interface StoreMeasurement {
  written: number;
  read: number;
  /** Values read back equal, in percent of those written. */
  successPercent: number;
  writeMs: Percentiles;
  readMs: Percentiles;
  /** Mean number of nodes that took a value. */
  replicas: number;
}

/** Body of `POST /v1/measure/reachability`, optional. */
export interface ReachabilityRequest {
  /**
   * Names of nodes; a sample of each group pings a sample of each. Without it, the nodes of a host are a group. Nodes that
   * are down, or whose host is lost, are pinged where they were, and ping nobody.
   */
  groups: string[][];
}

/** `POST /v1/measure/reachability`: which host's nodes can ping which host's nodes (a sample of each). */
export interface ReachabilityMeasurement {
  /** Names of hosts, or places in the groups that were asked for. */
  hosts: string[];
  /** `matrix[from][to]`: share of pings answered, 0-1; row and column as in `hosts`. */
  matrix: number[][];
  unreachable: number;
}

/** Body of `POST /v1/measure/routing`, optional. */
export interface RoutingRequest {
  /** Names of nodes: entries are counted that lead from one group into another. */
  groups: string[][];
}

/** `POST /v1/measure/routing`: the graph of all routing tables. */
export interface RoutingMeasurement {
  nodes: number;
  edges: number;
  /** Weakly connected components (islands); 1 when the network is whole. */
  weakComponents: number;
  stronglyConnectedComponents: number;
  /** Nodes that no routing table holds. */
  orphans: string[];
  /** Entries of routing tables that point to nodes that are not alive. */
  staleEntries: number;
  /** Entries that lead from one of the groups that were asked about into another. */
  acrossEntries: number;
}

/** Body of `PUT /v1/kv/:key`, and the answer of `GET /v1/kv/:key`. */
export interface KeyValue {
  value: string | number | boolean;
  /** Bytes travel as base64. */
  encoding?: 'base64';
  /**
   * What JSON has no number for: an `integer` beyond 2^53 as digits; a `float` without a fraction, or as `NaN`,
   * `Infinity`, `-Infinity` or `-0`.
   */
  type?: 'integer' | 'float';
}

/** Answer of `PUT /v1/kv/:key` and `DELETE`. */
export interface StoreAnswer {
  /** Nodes that took the value. */
  replicas: number;
  /** Nodes that should have it: K, or all that are alive where they are fewer. */
  wanted: number;
}
