import { spawn } from 'node:child_process';

/** What a finished command left: exit code (null when a signal ended it) and what it wrote. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  /** Added to the environment of this process, without what npm put there. */
  env?: NodeJS.ProcessEnv;
  stdin?: string;
}

/** Runs a command to its end and answers what it left; never rejects because of an exit code. */
export function run(
  command: string,
  args: string[],
  { cwd, env, stdin = '' }: RunOptions = {},
): Promise<Finished> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...Object.fromEntries(own), ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}

/** Runs a command that has to succeed and answers what it wrote to stdout. */
export async function succeed(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} exited with ${code}\n${stdout}\n${stderr}`);
}
