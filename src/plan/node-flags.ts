import { columnFor, targetOf } from '../gate/targets.js';
import { isCurrent } from './cpu-load.js';

/** How much memory hosts may spend on saving processor time. */
export type Heap = 'lean' | 'roomy';

/** The Node.js that hosts run on. */
export interface PlannedRuntime {
  /** 24.1.0. */
  version: string;
  heap: Heap;
}

/**
 * A small young generation, and code that is interpreted until it is worth optimising: some 10 MB less for each process,
 * and a request that costs up to a half more.
 */
const leanFlags = ['--max-semi-space-size=1', '--optimize-for-size', '--no-sparkplug'];

/**
 * A young generation that is large from the start: garbage dies before it is copied. With that of the system, which grows
 * from 1 MB on, older versions take 1.25 times as much for a request, and their round trips are three times as long. With
 * code that is compiled at once they come up a tenth sooner, for 2 MB a host.
 * Measured at 1000 workers on two cores, with Node.js 20.20 and 24.22.
 */
const roomyFlags = {
  older: ['--min-semi-space-size=16', '--always-sparkplug'],
  current: ['--min-semi-space-size=32', '--max-semi-space-size=32'],
};

/** A host of fewer nodes has too little to do to profit from a large heap. */
export const minRoomyNodes = 50;
/** Share of the memory target, and of the free memory, that roomy heaps may take. */
const memoryShare = 0.5;

/** Decides between memory and processor time. @param roomyBytes what the network takes with roomy heaps */
export function heapFor(workers: number, roomyBytes: number, freeBytes: number): Heap {
  const { target } = targetOf('memory', columnFor(workers));
  const budget = memoryShare * Math.min(target ?? Number.POSITIVE_INFINITY, freeBytes);
  return roomyBytes <= budget ? 'roomy' : 'lean';
}

/** Flags of Node.js for a host of so many nodes. */
export function nodeFlags(nodes: number, { version, heap }: PlannedRuntime): readonly string[] {
  if (heap === 'lean' || nodes < minRoomyNodes) return leanFlags;
  return isCurrent(version) ? roomyFlags.current : roomyFlags.older;
}
