import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { HttpError } from './http-error.js';

export interface HttpClientInit {
  token: string;
  /** Connections to one server at most. */
  maxSockets?: number;
}

export interface HttpRequestOptions {
  /** Sent as JSON. */
  body?: unknown;
  /** For the whole exchange, milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 << 20;

/** No whole answer came in time. */
class HttpTimeoutError extends Error {
  override name = 'HttpTimeoutError';
  readonly code = 'ETIMEDOUT';

  constructor(url: string, timeoutMs: number) {
    super(`No answer from ${url} within ${timeoutMs / 1000} s`);
  }
}

/** JSON over HTTP on connections that are kept; `node:http` only, because fetch costs a process 10 MB. */
export class HttpClient {
  readonly #agent: Agent;
  readonly #authorization: string;

  constructor({ token, maxSockets = Number.POSITIVE_INFINITY }: HttpClientInit) {
    this.#agent = new Agent({ keepAlive: true, maxSockets });
    this.#authorization = `Bearer ${token}`;
  }

  /**
   * Sends a request. @returns the parsed answer; undefined when it is empty
   *
   * @throws HttpError for a status of 400 and above, HttpTimeoutError, or the system's error with its `code`
   */
  async request<T>(method: string, url: string, options: HttpRequestOptions = {}): Promise<T> {
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const expired = new AbortController();
    const timer = setTimeout(() => expired.abort(), timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, expired.signal]) : expired.signal;
    try {
      return (await this.#send(method, url, options.body, signal)) as T;
    } catch (error) {
      if (expired.signal.aborted) throw new HttpTimeoutError(url, timeoutMs);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Drops the connections; requests on the way fail. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(
    method: string,
    url: string,
    body: unknown,
    signal: AbortSignal,
    again = false,
  ): Promise<unknown> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const request = httpRequest(url, {
      method,
      agent: this.#agent,
      signal,
      headers: {
        authorization: this.#authorization,
        'content-length': Buffer.byteLength(text),
        ...(text && { 'content-type': 'application/json' }),
      },
    });
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve);
        request.on('error', reject);
        request.end(text);
      });
      return await readAnswer(response);
    } catch (error) {
      // The server closed a kept connection just as it was used again: it has seen nothing of the request.
      const stale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      if (stale && !again) return this.#send(method, url, body, signal, true);
      throw error;
    }
  }
}

async function readAnswer(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`An answer of more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  const status = response.statusCode ?? 0;
  const value = parse(Buffer.concat(chunks).toString('utf8'));
  if (status < 400) return value;
  const { error } = (value ?? {}) as { error?: unknown };
  throw new HttpError(status, typeof error === 'string' ? error : `Status ${status}`);
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
