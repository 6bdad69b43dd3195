import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type TemporaryFolder, temporaryFolder } from './temporary.js';

/** What an engine answers: status and JSON, or text; `reset` breaks the connection, `hang` never answers. */
export type EngineAnswer = { status?: number; body?: unknown; text?: string } | 'reset' | 'hang';

/** @param path without the query */
export type EngineBehaviour = (
  method: string,
  path: string,
  request: { query: URLSearchParams; body: unknown; response: ServerResponse },
) => EngineAnswer | undefined;

export const versionOfStandIn = { Version: '99.0', ApiVersion: '1.41', Os: 'linux' };
const info = {
  KernelVersion: 'stand-in',
  OperatingSystem: 'Stand-in',
  Architecture: 'x86_64',
  NCPU: 2,
  MemTotal: 4e9,
  CgroupVersion: '2',
};

/** A server that plays the part of an engine on a socket of its own. */
export interface StandInEngine {
  /** For `openEngine`. */
  environment: NodeJS.ProcessEnv;
  socket: string;
  url: string;
  /** `METHOD /path` of every request so far. */
  requests: string[];
  close(): Promise<void>;
}

/** @param behave answers what it wants to; the rest is answered as an engine without anything does */
export async function standInEngine(behave: EngineBehaviour = () => undefined): Promise<StandInEngine> {
  const folder: TemporaryFolder = await temporaryFolder();
  const socket = join(folder.path, 'engine.sock');
  const requests: string[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://engine');
    const method = request.method ?? 'GET';
    requests.push(`${method} ${path}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text ? JSON.parse(text) : undefined;
    const reply = behave(method, path, { query, body, response }) ?? usual(method, path);
    if (reply === 'hang' || response.headersSent) return;
    if (reply === 'reset') {
      request.socket.destroy();
      return;
    }
    const { status = 200, body: json = {}, text: plain } = reply;
    response.writeHead(status, { 'content-type': plain === undefined ? 'application/json' : 'text/plain' });
    response.end(status === 204 || status === 304 ? undefined : (plain ?? JSON.stringify(json)));
  };
  await listen(server, socket);
  return {
    environment: { DOCKER_HOST: `unix://${socket}` },
    socket,
    url: `unix://${socket}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder.remove();
    },
  };
}

function usual(method: string, path: string): EngineAnswer {
  if (path === '/version') return { body: versionOfStandIn };
  if (path === '/info') return { body: info };
  if (method === 'GET' && path.endsWith('/json')) return { body: [] };
  if (path === '/networks') return { body: [] };
  if (path === '/volumes') return { body: { Volumes: [] } };
  return { status: 404, body: { message: `no answer to ${method} ${path}` } };
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => resolve());
  });
}
