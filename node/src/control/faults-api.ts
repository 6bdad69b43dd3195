/** The JSON by which faults are put on a running network and lifted again. */

import type { DatagramEffects, Degradation } from '../wire/faults.js';

export type { DatagramEffects, Degradation } from '../wire/faults.js';

/** Body of `PUT /v1/faults`: a fault that the nodes' own filter applies. */
export interface FaultRequest {
  /** Names it; the same name again replaces it and begins its time anew. */
  id: string;
  /** Every host lifts it by itself after so many seconds, whatever becomes of the coordinator and of who asked for it. */
  ttlSeconds: number;
  /** Nodes by their names; `coordinator` is the coordinator's own. */
  groups: string[][];
  /** Pairs of places in `groups`: nodes of the first hear nothing of nodes of the second. */
  deaf?: [number, number][];
  /** What nodes of a group hear comes late, twice, spoilt or not at all. */
  degraded?: { group: number; degradation: Partial<Degradation> }[];
  /** Nodes of a group crash, and are started anew, under the same id and port, when the fault is lifted; with `keep` they are not. */
  down?: { group: number; keep?: boolean }[];
  /** Nodes of a group crash and start anew again and again; all of them are up when the fault is lifted. */
  churn?: { group: number; sessions: Sessions }[];
  /** UDP ports of the workers' range are taken on the addresses of the hosts that run nodes of a group. */
  ports?: { group: number; share: number }[];
  /** The hosts that run nodes of a group are kept busy. */
  stress?: { group: number; load: StressLoad }[];
}

/** How long nodes stay and stay away. Each node has its own sequence, which the seed decides. */
export interface Sessions {
  /** Shape of both times. `pareto` has alpha 2; `fixed` is the mean itself, but for a random part of it to begin with. */
  distribution: (typeof sessionDistributions)[number];
  /** Mean time that a node is up. Seconds. */
  upSeconds: number;
  /** Mean time that it is away. Seconds. */
  downSeconds: number;
  seed: number;
}

export const sessionDistributions = ['exponential', 'pareto', 'fixed'] as const;

/** What a host is kept busy with. */
export interface StressLoad {
  /** Share of its time that the event loop of the host is blocked in slices of 20 ms. 0-0.95. */
  cpu: number;
  /** Memory that it holds besides, touched. Bytes. */
  memoryBytes: number;
}

/** What a fault has done so far, summed over the hosts that it is on: by this it is proven. */
export interface FaultEffects extends DatagramEffects {
  /** Nodes that were crashed, and started anew, by it; each time counts. */
  crashes: number;
  restarts: number;
  /** Nodes that are down because of it now. */
  down: number;
  /** Ports that it holds now. */
  portsTaken: number;
  /** CPU time burnt. Seconds. */
  burntSeconds: number;
  /** Memory that it holds now. Bytes. */
  heldBytes: number;
}

/** Answer of `GET /v1/faults/:id`. */
export interface FaultView extends ActiveFault {
  effects: FaultEffects;
  /** Hosts that it is on but that did not tell. */
  silent: string[];
}

/** Answer of `PUT /v1/faults`. */
export interface FaultAnswer {
  id: string;
  /** How many nodes it has been put on. */
  nodes: number;
  /** Of each host that it is for: `applied`, or why not yet; a host that is away gets it when it is back. */
  hosts: Record<string, string>;
}

/** One of `GET /v1/faults`. */
export interface ActiveFault {
  id: string;
  /** Until it is lifted by itself. */
  secondsLeft: number;
  nodes: number;
}

/** Answer of `DELETE /v1/faults` and `DELETE /v1/faults/:id`. */
export interface FaultsLifted {
  /** Of each host: `lifted`, or why not; there they end by themselves. */
  hosts: Record<string, string>;
}

/** `PUT /v1/faults` of a host: as far as it concerns its own nodes. */
export interface HostFault {
  id: string;
  ttlMs: number;
  /** Lists of places, `address:port`. */
  places: string[][];
  /** By the name of a node. */
  rules: Record<string, HostFaultRule>;
  /** Share of the workers' range to be taken on the address of the host, as far as it is free. */
  ports?: { share: number };
  stress?: StressLoad;
}

export interface HostFaultRule {
  /** Which lists of places it hears nothing of. */
  deafTo?: number[];
  degradation?: Degradation;
  down?: { keep: boolean };
  churn?: Sessions;
}
