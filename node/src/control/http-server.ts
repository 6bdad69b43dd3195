import { createHash, timingSafeEqual } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router, { type HTTPMethod } from 'find-my-way';
import { HttpError, messageOf, statusOf } from './http-error.js';

/** One request, read and checked. */
export interface Call {
  params: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; undefined when there was no body. */
  body: unknown;
  /** Aborts when the caller hangs up. */
  signal: AbortSignal;
  request: IncomingMessage;
  response: ServerResponse;
}

export interface Route {
  method: HTTPMethod;
  path: string;
  /** Needs no token. */
  open?: boolean;
  bodyLimitBytes?: number;
  /** @returns what to answer as JSON (undefined = 204), a `Reply`, or `TAKEN` when it answers on its own. */
  handle(call: Call): unknown;
}

/** An answer that is not JSON with status 200. */
export class Reply {
  constructor(
    readonly status: number,
    readonly body: string,
    readonly contentType: string,
  ) {}

  static json(status: number, value: unknown): Reply {
    return new Reply(status, JSON.stringify(value), 'application/json');
  }
}

/** Answered by the handler itself. */
export const TAKEN = Symbol('taken');

export interface HttpServerInit {
  address: string;
  /** 0 = any free one. */
  port: number;
  token: string;
  routes: Route[];
  /** Told of errors that are bugs (status 500). */
  onBug?: (error: unknown) => void;
}

const BODY_LIMIT_BYTES = 1 << 20;
/** Longer than the pause between two reports of a host, so that its connection stays. */
const KEEP_ALIVE_MS = 30_000;
/** For the head of a request to arrive: who opens connections and says nothing holds them no longer. */
const HEADERS_MS = 10_000;
const LOOK_FOR_LATE_MS = 2000;
/** Longest key of the value calls, percent-encoded. */
const MAX_PARAM_LENGTH = 8192;

/** JSON over HTTP with a bearer token. */
export class HttpServer {
  readonly #server: Server;
  readonly #router: Router.Instance<Router.HTTPVersion.V1>;
  readonly #tokenHash: Buffer;
  readonly #onBug: (error: unknown) => void;

  /** @throws Error with `code` EADDRINUSE, EADDRNOTAVAIL or EACCES when it can't listen */
  static async listen(init: HttpServerInit): Promise<HttpServer> {
    const server = new HttpServer(init);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(init.port, init.address, () => {
        server.#server.off('error', reject);
        resolve();
      });
    });
    return server;
  }

  private constructor(init: HttpServerInit) {
    this.#tokenHash = hash(`Bearer ${init.token}`);
    this.#onBug = init.onBug ?? (() => {});
    this.#router = Router({
      maxParamLength: MAX_PARAM_LENGTH,
      onBadUrl: (path) => {
        throw new HttpError(400, `The path is not valid percent-encoding: ${path.slice(0, 100)}`);
      },
      onMaxParamLength: () => {
        throw new HttpError(414, `A part of the path is longer than ${MAX_PARAM_LENGTH} bytes`);
      },
    });
    for (const route of init.routes) this.#router.on(route.method, route.path, () => {}, route);
    const limits = {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: LOOK_FOR_LATE_MS,
    };
    this.#server = createServer(limits, (request, response) => {
      void this.#serve(request, response);
    });
  }

  /** Base address, with the port that it got. */
  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Stops listening and drops the connections. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const aborter = new AbortController();
    // A batch has as many listeners as it has jobs.
    setMaxListeners(0, aborter.signal);
    response.once('close', () => aborter.abort());
    try {
      const found = this.#router.find(request.method as HTTPMethod, request.url ?? '/');
      const route = found?.store as Route | null | undefined;
      if (!route?.open && !this.#isAuthorized(request))
        throw new HttpError(401, 'The token is missing or wrong: send "authorization: Bearer TOKEN"');
      // A path that can't be read has no route, but a handler that says why.
      if (found && !route) found.handler(request, response, {}, null, {});
      if (!found || !route)
        throw new HttpError(404, `No such call: ${request.method} ${request.url?.slice(0, 100)}`);
      const body = await readJson(request, route.bodyLimitBytes ?? BODY_LIMIT_BYTES);
      const call = { params: found.params, query: found.searchParams, signal: aborter.signal };
      const answer = await shallow(() => route.handle({ ...call, body, request, response }));
      if (answer !== TAKEN) send(response, answer);
    } catch (error) {
      this.#refuse(request, response, error);
    }
  }

  #isAuthorized(request: IncomingMessage): boolean {
    return timingSafeEqual(hash(request.headers.authorization ?? ''), this.#tokenHash);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const status = statusOf(error);
    if (status === 500) this.#onBug(error);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    // What was not read of the body can't be told from the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    send(response, Reply.json(status, { error: messageOf(error) }));
  }
}

/** Checks of a body that is nested thousands deep run out of stack: that is no bug. @throws HttpError 400 */
async function shallow(handle: () => unknown): Promise<unknown> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message))
      throw new HttpError(400, 'The body is nested too deeply');
    throw error;
  }
}

function send(response: ServerResponse, answer: unknown): void {
  if (response.destroyed) return;
  if (answer === undefined) {
    response.writeHead(204).end();
    return;
  }
  const { status, body, contentType } = answer instanceof Reply ? answer : Reply.json(200, answer);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

async function readJson(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length;
    if (length > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk as Buffer);
  }
  if (length === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'The body is not valid JSON');
  }
}

function tooLarge(limitBytes: number): HttpError {
  return new HttpError(413, `The body is larger than ${limitBytes} bytes`);
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
