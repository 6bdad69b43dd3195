import { readCpuTimes, saturationOf } from '@cqkd/harness';
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
  const before = { times: await readCpuTimes(), own: cpuMs(), network: await networkCpuSeconds() };
  return {
    end: async (cpuSeconds) => {
      const times = await readCpuTimes();
      return saturationOf({
        times: {
          busySeconds: times.busySeconds - before.times.busySeconds,
          totalSeconds: times.totalSeconds - before.times.totalSeconds,
          stealSeconds: times.stealSeconds - before.times.stealSeconds,
        },
        networkCpuSeconds: (await networkCpuSeconds()) - before.network + cpuSeconds,
        harnessCpuSeconds: (cpuMs() - before.own) / 1000,
        eventLoopP99Ms: 0,
      });
    },
  };
}
