import { readFile } from 'node:fs/promises';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { HostLoad } from './api.js';

/** The kernel walks all pages of the process to sum them up: not at every report. Milliseconds. */
const MEMORY_INTERVAL_MS = 4000;
const PROPORTIONAL_SET_SIZE = /^Pss:\s+(\d+) kB$/m;

/** Load of this process as it sees itself. */
export class LoadMeter {
  readonly #delay: IntervalHistogram;
  readonly #resolutionMs: number;
  #memoryBytes = 0;
  #memoryReadAtMs = Number.NEGATIVE_INFINITY;

  /** @param resolutionMs time between two samples of the event loop's delay: every sample wakes the process */
  constructor(resolutionMs: number) {
    this.#resolutionMs = resolutionMs;
    this.#delay = monitorEventLoopDelay({ resolution: resolutionMs });
    this.#delay.enable();
  }

  async read(): Promise<HostLoad> {
    const { user, system } = process.cpuUsage();
    return {
      cpuSeconds: (user + system) / 1e6,
      memoryBytes: await this.#memory(),
      eventLoopP99Ms: this.#delayP99Ms(),
    };
  }

  /** Forgets the delays seen so far. */
  resetDelay(): void {
    this.#delay.reset();
  }

  close(): void {
    this.#delay.disable();
  }

  #delayP99Ms(): number {
    if (this.#delay.count === 0) return 0;
    const delayMs = this.#delay.percentile(99) / 1e6 - this.#resolutionMs;
    return Math.max(0, Math.round(delayMs * 100) / 100);
  }

  async #memory(): Promise<number> {
    const now = performance.now();
    if (now - this.#memoryReadAtMs < MEMORY_INTERVAL_MS) return this.#memoryBytes;
    this.#memoryReadAtMs = now;
    this.#memoryBytes = await memoryBytes();
    return this.#memoryBytes;
  }
}

/** PSS of this process where the system tells it (Linux), else RSS. Bytes. */
async function memoryBytes(): Promise<number> {
  try {
    const match = PROPORTIONAL_SET_SIZE.exec(await readFile('/proc/self/smaps_rollup', 'utf8'));
    if (match) return Number(match[1]) * 1024;
  } catch {
    // No such file on this system.
  }
  return process.memoryUsage.rss();
}
