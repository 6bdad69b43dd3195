import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../errors.js';
import { currentContext, readContext } from './contexts.js';
import { readTlsFiles, type TlsFiles } from './tls-files.js';

/** Where an engine listens, and how it is spoken to. */
export interface Endpoint {
  /** As the docker command writes it, e.g. `unix:///var/run/docker.sock`. */
  url: string;
  /** Who says so: a variable, a context, or `default`. */
  source: string;
  /** Null = plain. */
  tls: TlsFiles | null;
}

/** Ports of an engine that listens on TCP, when its address names none. */
const plainPort = 2375;
const tlsPort = 2376;

/**
 * Where the docker command would look: DOCKER_HOST, DOCKER_CONTEXT, the current context, the usual socket.
 *
 * Where nothing is said, the sockets of a rootless engine and of Docker Desktop count as well, the usual one first.
 *
 * @throws UsageError when what is said can't be used
 */
export function findEndpoints(environment: NodeJS.ProcessEnv = process.env): Endpoint[] {
  const host = environment.DOCKER_HOST?.trim();
  if (host) return [fromHost(host, environment)];
  const folder = configFolder(environment);
  const context = currentContext(folder, environment);
  if (context) {
    const { host: url, tls } = readContext(folder, context);
    return [{ url: normal(url, `context ${context}`, tls !== null), source: `context ${context}`, tls }];
  }
  const paths = defaultSockets(environment);
  const there = paths.filter((path) => existsSync(path));
  return (there.length > 0 ? there : paths.slice(0, 1)).map((path) => ({
    url: process.platform === 'win32' ? `npipe://${path}` : `unix://${path}`,
    source: 'default',
    tls: null,
  }));
}

function fromHost(host: string, environment: NodeJS.ProcessEnv): Endpoint {
  const verify = Boolean(environment.DOCKER_TLS_VERIFY);
  const usesTls = verify || Boolean(environment.DOCKER_TLS);
  const folder = environment.DOCKER_CERT_PATH?.trim() || configFolder(environment);
  const url = normal(host, 'DOCKER_HOST', usesTls);
  const tls = usesTls && url.startsWith('tcp://') ? readTlsFiles(folder, verify) : null;
  return { url, source: 'DOCKER_HOST', tls };
}

function configFolder(environment: NodeJS.ProcessEnv): string {
  return environment.DOCKER_CONFIG?.trim() || join(environment.HOME || homedir(), '.docker');
}

function defaultSockets(environment: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'win32') return ['//./pipe/docker_engine'];
  const runtime = environment.XDG_RUNTIME_DIR?.trim();
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(environment.HOME || homedir(), '.docker', 'run', 'docker.sock'),
  ];
}

/** The address of an engine in one form: socket and pipe with their path, TCP and SSH with their port. */
function normal(host: string, source: string, usesTls: boolean): string {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/i.exec(host) ?? [];
  if ((scheme === 'unix' || scheme === 'npipe') && rest) return `${scheme}://${rest}`;
  const isTcp = scheme === 'tcp' || scheme === 'http' || scheme === 'https';
  if (isTcp || scheme === 'ssh') {
    try {
      // As http: other schemes are parsed more loosely.
      const { hostname, port, username } = new URL(`http://${rest}`);
      // The default port of http is dropped by the parser.
      const given = port || (/:80(\/|$)/.test(rest) ? '80' : '');
      if (scheme === 'ssh') {
        return `ssh://${username ? `${username}@` : ''}${hostname}${given ? `:${given}` : ''}`;
      }
      return `tcp://${hostname}:${given || (usesTls || scheme === 'https' ? tlsPort : plainPort)}`;
    } catch {
      // Told below.
    }
  }
  throw new UsageError(
    `${source} takes the address of a Docker Engine like unix:///var/run/docker.sock or tcp://HOST:2376, got ${host}`,
  );
}
