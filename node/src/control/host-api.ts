/**
 * The JSON of a host's own control API: what the coordinator asks of it.
 *
 * Hosts answer the coordinator only; these shapes may change together with it.
 */

/** `POST /v1/lookups`: lookups by nodes of the host. */
export interface LookupBatch {
  lookups: LookupJob[];
  /** At a time; ignored for jobs with `atMs`. */
  concurrency: number;
}

export interface LookupJob {
  /** Name of the node that asks. */
  node: string;
  /** 40 hexadecimal digits. */
  target: string;
  /** When to start, milliseconds after the call. */
  atMs?: number;
}

/** Null = the node is not there or found nobody. */
export interface LookupBatchAnswer {
  results: (LookupJobResult | null)[];
}

export interface LookupJobResult {
  /** The nearest nodes as packed ids, nearest first. */
  nearest: string;
  /** How many nearest nodes the asking node looked for. */
  k: number;
  hops: number;
  requests: number;
  /** Requests of them that no attempt got an answer to. */
  failures: number;
  latencyMs: number;
}

/** `POST /v1/values/write`, `/read` and `/delete`. */
export interface ValueBatch {
  jobs: ValueJob[];
  concurrency: number;
}

export interface ValueJob {
  node: string;
  key: string;
  /** To be written: MessagePack as base64. */
  value?: string;
}

/** Null = it failed (reading: nothing was found). */
export interface ValueBatchAnswer {
  results: (ValueJobResult | null)[];
}

export interface ValueJobResult {
  latencyMs: number;
  /** Written: nodes that took it. */
  replicas?: number;
  /** Read: MessagePack as base64. */
  value?: string;
}

/** `POST /v1/values/erase`: drops what the nodes of the host hold under these keys, and leaves no mark. */
export interface ValueErasure {
  keys: string[];
}

/** `POST /v1/pings`: each of `from` pings each of `to`. */
export interface PingBatch {
  from: string[];
  to: { id: string; address: string; port: number }[];
}

/** `answered[i]`: how many of `from` got an answer from `to[i]`, of `asked[i]` (a node does not ping itself). */
export interface PingBatchAnswer {
  answered: number[];
  asked: number[];
}

/** `POST /v1/discoveries`: one discovery by the node named in a DiscoveryRequest. */
export interface DiscoveryAnswer {
  /** Packed ids of what was returned. */
  nodes: string;
  seconds: number;
}

/** `GET /v1/routing`: all routing tables; each contact is written once. */
export interface RoutingDump {
  /** `id address port`. */
  contacts: string[];
  /** Indices into `contacts`. */
  nodes: { id: string; table: number[] }[];
}

/** `DELETE /v1/window`: what all nodes saw since `POST /v1/window`. */
export interface WindowAnswer {
  attempts: number;
  /** A DurationHistogram. */
  roundTrips: { counts: number[]; total: number };
  /** Attempts without an answer, by the id of the peer. */
  unanswered: Record<string, number>;
  /** Sent ones; so that the sum over all hosts counts each once. */
  datagrams: number;
  /** Requests of refresh that were sent, and answers to them that came. */
  refreshDatagrams: number;
}

/** Body of `POST /v1/shutdown` of a host. */
export interface HostShutdown {
  /** Whether the nodes hand over their values and say goodbye (the default); not worth it when all others end too. */
  goodbye?: boolean;
  /** Hexadecimal ids of nodes that end at the same time, on other hosts: they are given no values. */
  leaving?: string[];
}

/** Body of `POST /v1/shutdown` of the coordinator; without both lists, the whole network and the coordinator itself. */
export interface NetworkShutdown {
  tiers?: string[];
  hosts?: string[];
  /** As for a host; default: only when a part of the network is shut down. */
  goodbye?: boolean;
}

/** Hosts that have ended, and those that did not in time. */
export interface ShutdownAnswer {
  stopped: string[];
  failed: string[];
}

/** `PUT /v1/spec` of a host: what it is about to do. */
export interface ReconcileAnswer {
  joining: number;
  leaving: number;
  moved: number;
  /** Reports of the host with this `specRevision`, or a later one, show it. */
  revision: number;
}
