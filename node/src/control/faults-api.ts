/** The JSON by which faults are put on a running network and lifted again. */

import type { Degradation } from '../wire/faults.js';

export type { Degradation } from '../wire/faults.js';

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
}

export interface HostFaultRule {
  /** Which lists of places it hears nothing of. */
  deafTo?: number[];
  degradation?: Degradation;
}
