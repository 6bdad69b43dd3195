import { HttpClient, type HttpRequestOptions } from '../control/http-client.js';
import { HttpError, messageOf } from '../control/http-error.js';
import type { HostRecord, Registry } from './registry.js';

/** Errors that mean that nobody listens there any more. */
const DEAD = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH']);
const PROBE_MS = 1000;

/** Calls to the hosts; a host whose process is gone is marked as lost at once. */
export class FanOut {
  readonly #client: HttpClient;
  readonly #registry: Registry;

  constructor(registry: Registry, token: string) {
    this.#client = new HttpClient({ token });
    this.#registry = registry;
  }

  /** Calls one host. @throws HttpError: its own answer, 404 for an unknown host, 502 when it can't be reached */
  async call<T>(name: string, method: string, path: string, options: HttpRequestOptions = {}): Promise<T> {
    const host = this.#registry.host(name);
    if (!host) throw new HttpError(404, `No host "${name}" in this network`);
    try {
      return await this.#client.request<T>(method, host.url + path, options);
    } catch (error) {
      if (error instanceof HttpError) throw error;
      this.#noteFailure(host, error);
      throw new HttpError(502, `Host ${name} can't be reached (${messageOf(error)})`);
    }
  }

  /** Calls hosts at the same time. @returns the answers of those that gave one */
  async callAll<T>(
    hosts: readonly HostRecord[],
    method: string,
    path: string,
    options: HttpRequestOptions = {},
  ): Promise<Map<string, T>> {
    const answers = new Map<string, T>();
    await Promise.all(
      hosts.map(async ({ name }) => {
        try {
          answers.set(name, await this.call<T>(name, method, path, options));
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
        }
      }),
    );
    return answers;
  }

  /** Looks whether a host that hung up is still there. @returns false when it is not */
  async probe(name: string): Promise<boolean> {
    const host = this.#registry.host(name);
    if (!host) return false;
    try {
      await this.#client.request('GET', `${host.url}/healthz`, { timeoutMs: PROBE_MS });
      return true;
    } catch (error) {
      this.#noteFailure(host, error);
      return !DEAD.has(codeOf(error));
    }
  }

  close(): void {
    this.#client.close();
  }

  #noteFailure(host: HostRecord, error: unknown): void {
    // It may have been started anew in the meantime: only the process that was called is lost.
    const now = this.#registry.host(host.name);
    if (DEAD.has(codeOf(error)) && now?.pid === host.pid)
      this.#registry.markLost(host.name, messageOf(error));
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
