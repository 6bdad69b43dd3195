import type {
  DiscoveryMeasurement,
  HealthMeasurement,
  LookupMeasurement,
  LookupRequest,
  NetworkView,
  ReachabilityMeasurement,
  StoreMeasurement,
  StoreRequest,
} from '@cqkd/node/control';

/** What the hosts of a network use, the coordinator apart. */
export interface Usage {
  /** Planned hosts that do not run: what they would use is not in the sums. */
  missing: readonly string[];
  /** Since the hosts started. */
  cpuSeconds: number;
  memoryBytes: number;
}

/** Bootstrap nodes; those that are healthy have joined, and their host is up. */
export interface Entries {
  total: number;
  healthy: number;
}

/** A network as the measurements see it. */
export interface Subject {
  workers: number;
  seed: number;
  /** Without the nodes of the hosts. */
  view(signal: AbortSignal): Promise<NetworkView>;
  /** With them. */
  nodes(signal: AbortSignal): Promise<NetworkView>;
  /** The bootstrap nodes that nodes join through. */
  entries(signal: AbortSignal): Promise<Entries>;
  usage(signal: AbortSignal): Promise<Usage>;
  discovery(signal: AbortSignal): Promise<DiscoveryMeasurement>;
  health(signal: AbortSignal): Promise<HealthMeasurement>;
  lookup(request: LookupRequest, signal: AbortSignal): Promise<LookupMeasurement>;
  store(request: StoreRequest, signal: AbortSignal): Promise<StoreMeasurement>;
  reachability(signal: AbortSignal): Promise<ReachabilityMeasurement>;
}
