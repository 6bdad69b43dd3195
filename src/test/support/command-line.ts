import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from './sandbox.js';

const program = join(import.meta.dirname, '../../../bin/run.js');

/** What a finished command left. */
export interface Finished {
  /** Null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface Running {
  child: ChildProcess;
  finished: Promise<Finished>;
}

/** The compiled program in a sandbox of its own. */
export interface CommandLine extends Sandbox {
  start(args: readonly string[], environment?: NodeJS.ProcessEnv): Running;
  run(...args: string[]): Promise<Finished>;
  /** Runs a command that has to succeed, and answers its JSON. */
  json(...args: string[]): Promise<Record<string, unknown>>;
}

export async function createCommandLine(): Promise<CommandLine> {
  const sandbox = await createSandbox();
  const start = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running => {
    const env = { ...process.env, NO_COLOR: '1', ...sandbox.environment, ...environment };
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    return { child, finished: finishedOf(child) };
  };
  const run = (...args: string[]) => start(args).finished;
  return {
    ...sandbox,
    start,
    run,
    json: async (...args) => {
      const { code, stdout, stderr } = await run(...args, '--json');
      if (code !== 0) throw new Error(`cqkd ${args.join(' ')} exited with ${code}\n${stdout}\n${stderr}`);
      return JSON.parse(stdout) as Record<string, unknown>;
    },
  };
}

function finishedOf(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
