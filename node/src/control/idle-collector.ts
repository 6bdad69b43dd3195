import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Share of one core below which a process is at rest. */
const IDLE_LOAD = 0.05;
/** Garbage that is worth the pause of collecting it: some ten milliseconds. Bytes. */
const WORTHWHILE_BYTES = 2 * 1024 * 1024;

/** What it goes by; given, so that a test can be at rest when it likes. */
export interface CollectorInit {
  heapUsedBytes: () => number;
  collect: () => void;
}

/**
 * Gives back what a burst of work has left in the heap, once the process is at rest: V8 collects when it allocates, so
 * a process that was busy and then idles keeps its garbage for as long as it idles.
 */
export class IdleCollector {
  readonly #init: CollectorInit;
  #last: { atMs: number; cpuSeconds: number } | undefined;
  #keptBytes = 0;

  constructor(init: CollectorInit = ofThisProcess()) {
    this.#init = init;
  }

  /** To be told now and then. @param cpuSeconds what the process has used so far @param atMs when */
  look(cpuSeconds: number, atMs: number): void {
    const last = this.#last;
    this.#last = { atMs, cpuSeconds };
    if (!last || (cpuSeconds - last.cpuSeconds) * 1000 > IDLE_LOAD * (atMs - last.atMs)) return;
    if (this.#init.heapUsedBytes() < this.#keptBytes + WORTHWHILE_BYTES) return;
    this.#init.collect();
    this.#keptBytes = this.#init.heapUsedBytes();
  }
}

function ofThisProcess(): CollectorInit {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  return {
    heapUsedBytes: () => getHeapStatistics().used_heap_size,
    collect: () => {
      gc();
      // What the first one has freed is swept later; the second one gives the pages back.
      gc();
    },
  };
}
