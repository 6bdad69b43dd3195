import type { FaultRequest } from '@cqkd/node/control';

/**
 * One thing that is done to a network, as data: it goes to the journal before it is done, and whoever reads it there can
 * undo it.
 */
export type Action =
  /** By the nodes themselves, which also lift it after its time; a fleeting one ends as soon as the next one is on. */
  | { by: 'node'; request: Omit<FaultRequest, 'id' | 'ttlSeconds'>; fleeting?: true }
  /** By the kernel below them: who hears nothing of whom. `groups` are names of nodes. */
  | { by: 'kernel'; groups: string[][]; deaf: [number, number][] }
  /** Hosts are killed, and started again unless they are to stay away. */
  | { by: 'crash'; hosts: string[]; keep: boolean }
  /** Hosts are frozen. */
  | { by: 'pause'; hosts: string[] }
  /** The network grows, and shrinks to what it was. */
  | { by: 'scale'; workers: number; previousWorkers: number }
  /** So many operations at a time, by whoever measures the network: they end with it. */
  | { by: 'load'; operations: number };

/** How a fault is applied, for reports. */
export type Via = Action['by'];
