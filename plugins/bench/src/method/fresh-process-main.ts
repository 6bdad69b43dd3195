import { once } from 'node:events';
import { works } from '../work/index.js';
import type { Job, JobAnswer } from './fresh-process.js';
import { runWork } from './run-work.js';

/** Program of a process that does one piece of work and ends. Whoever started it ends it; when that one is gone, it goes. */
async function main(): Promise<void> {
  process.on('disconnect', () => process.exit(1));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});
  const [job] = (await once(process, 'message')) as [Job];
  const answer = await answerTo(job);
  process.send?.(answer, () => process.exit(0));
}

async function answerTo({ work: name, parameters, sliceMs, directions }: Job): Promise<JobAnswer> {
  try {
    const { open } = await works[name]();
    const work = await open(parameters);
    try {
      return { sample: await runWork(work, sliceMs, directions) };
    } finally {
      work.close();
    }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

await main();
