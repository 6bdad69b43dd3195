import { type ChildProcess, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';

/** Connections at once: each is a session of ssh. */
const mostConnections = 16;
/** Of what ssh wrote, to tell why it ended. Characters. */
const complaintLength = 500;

export interface SshTarget {
  host: string;
  /** Empty = what ssh's own configuration says. */
  port: string;
  user: string;
}

/**
 * Connections to an engine through `ssh HOST docker system dial-stdio`, as the docker command makes them.
 *
 * The ssh of the system is used, and so the user's keys, known hosts and configuration hold.
 */
export class SshAgent extends Agent {
  readonly #arguments: string[];

  constructor({ host, port, user }: SshTarget) {
    super({ keepAlive: true, maxSockets: mostConnections });
    this.#arguments = [
      ...(user ? ['-l', user] : []),
      ...(port ? ['-p', port] : []),
      '-T',
      '-o',
      'ConnectTimeout=30',
      '--',
      host,
      'docker system dial-stdio',
    ];
  }

  override createConnection(): Duplex {
    return new ProcessSocket(spawn('ssh', this.#arguments, { stdio: 'pipe' }));
  }
}

/** What a process reads and writes, as a socket that node:http can use. */
class ProcessSocket extends Duplex {
  readonly #child: ChildProcess;
  #complaint = '';

  constructor(child: ChildProcess) {
    super();
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout?.pause();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-complaintLength);
    });
    child.once('error', (error) => this.destroy(error));
    child.stdin?.on('error', (error) => this.destroy(error));
    child.once('close', (code) =>
      this.destroy(code ? new SshError(this.#complaint.trim(), code) : undefined),
    );
  }

  override _read(): void {
    this.#child.stdout?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin?.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin?.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  /** An idle connection does not keep the program alive. */
  unref(): this {
    this.#child.unref();
    for (const stream of this.#streams()) stream?.unref?.();
    return this;
  }

  ref(): this {
    this.#child.ref();
    for (const stream of this.#streams()) stream?.ref?.();
    return this;
  }

  /** What node:http sets on a socket of the system. */
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  #streams() {
    const { stdin, stdout, stderr } = this.#child;
    return [stdin, stdout, stderr] as unknown as ({ ref?(): void; unref?(): void } | null)[];
  }
}

/** ssh has ended before the engine did. */
export class SshError extends Error {
  override name = 'SshError';

  constructor(complaint: string, code: number) {
    super(complaint || `ssh ended with code ${code}`);
  }
}
