import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { BugError } from '@cqkd/harness';
import type { WorkName } from '../work/index.js';
import type { WorkParameters } from '../work/work.js';
import type { Directions } from './run-work.js';
import type { Sample } from './sample.js';

/** What a process is told to do. */
export interface Job {
  work: WorkName;
  parameters: WorkParameters;
  /** How long it measures, the warm-up apart. Milliseconds. */
  sliceMs: number;
  directions: Directions;
}

/** What it answers. */
export type JobAnswer = { sample: Sample } | { error: string };

/**
 * Garbage is collected by the thread that makes it. Helper threads would finish earlier, but what they take depends on
 * what else the machine does: CPU times would scatter five times as much.
 */
const flags = ['--single-threaded-gc'];
/** Of what a process says when it dies. */
const mostErrorText = 2000;

/**
 * Does a piece of work in a process of its own: its heap is clean, its code is compiled anew, and what differs from
 * process to process shows in the spread of the repetitions.
 *
 * @param node the Node.js that it runs on: a path
 * @throws the signal's reason, when the process has ended
 */
export async function inFreshProcess(job: Job, node: string, signal: AbortSignal): Promise<Sample> {
  signal.throwIfAborted();
  // The sources run as they are in tests, compiled in the product.
  const program = new URL(`./fresh-process-main${extname(import.meta.url)}`, import.meta.url);
  const child = fork(program, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    execPath: node,
    execArgv: [...process.execArgv, ...flags],
  });
  const ended = once(child, 'close');
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  try {
    const answer = await answerOf(child, job);
    signal.throwIfAborted();
    if ('sample' in answer) return answer.sample;
    throw new BugError(`The work ${job.work} failed: ${answer.error}`);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
    await ended;
  }
}

function answerOf(child: ChildProcess, job: Job): Promise<JobAnswer> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-mostErrorText);
  });
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as JobAnswer));
    child.once('close', (code, name) =>
      resolve({ error: said.trim() || `its process ended with ${name ?? `code ${code}`}` }),
    );
    child.once('error', (error) => resolve({ error: error.message }));
    // A process that dies at once can't be told anything; how it ended says why.
    child.send(job, () => {});
  });
}
