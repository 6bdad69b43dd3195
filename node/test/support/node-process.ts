import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const BUNDLE = join(import.meta.dirname, '../../dist/cqkd-node.cjs');

/** One process started from the bundle, with what it wrote. */
export class NodeProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  #ended: Promise<{ code: number | null; signal: string | null }>;

  constructor(environment: Record<string, string>) {
    const { PATH = '' } = process.env;
    this.child = spawn(process.execPath, [BUNDLE], {
      env: { PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    this.child.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.#ended = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until it has ended by itself. */
  ended(): Promise<{ code: number | null; signal: string | null }> {
    return this.#ended;
  }

  /** Ends it at once, whatever it does. */
  async kill(): Promise<void> {
    if (this.isRunning) this.child.kill('SIGKILL');
    await this.#ended;
  }
}
