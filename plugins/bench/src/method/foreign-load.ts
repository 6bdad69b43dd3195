import { cpuTimesBetween, readCpuTimes, saturationOf } from '@cqkd/harness';
import { cpuMs } from './cpu-ms.js';

/** Tells whether the machine was busy with other things since it was made. */
export interface LoadWatch {
  /**
   * @param cpuSeconds CPU time of processes that belong to the measurement and have ended meanwhile
   * @returns what kept the machine busy, in words; undefined when nothing did
   */
  end(cpuSeconds: number): Promise<string | undefined>;
}

/** @param networkCpuSeconds CPU time of the network that is measured, since it started */
export async function watchLoad(networkCpuSeconds: () => Promise<number>): Promise<LoadWatch> {
  const before = {
    at: performance.now(),
    times: await readCpuTimes(),
    own: cpuMs(),
    network: await networkCpuSeconds(),
  };
  return {
    end: async (cpuSeconds) => {
      const times = await readCpuTimes();
      return saturationOf({
        times: cpuTimesBetween(before.times, times),
        seconds: (performance.now() - before.at) / 1000,
        networkCpuSeconds: (await networkCpuSeconds()) - before.network + cpuSeconds,
        harnessCpuSeconds: (cpuMs() - before.own) / 1000,
        // That it is busy itself is what is measured.
        eventLoopP99Ms: 0,
        hostP99Ms: 0,
      });
    },
  };
}
