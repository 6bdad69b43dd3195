import { release } from 'node:os';
import type Docker from 'dockerode';
import { EnvironmentError } from '../../../errors.js';
import { askEngine } from './ask.js';
import { type Endpoint, findEndpoints } from './endpoint.js';
import { EngineError } from './engine-error.js';
import { hostOf, socketOf, type Transport, transportTo } from './transport.js';

/** The oldest engine API that is used: Docker 19.03. */
const oldestApi = '1.40';
/** For an engine to say what it is; one that is just starting takes some seconds. */
const openWithinMs = 20_000;

/** An engine that answers, and what it says of itself. */
export interface Engine {
  readonly docker: Docker;
  /** Where it listens, e.g. `unix:///var/run/docker.sock`. */
  readonly url: string;
  readonly version: string;
  readonly apiVersion: string;
  /** Listens on a socket of this machine. */
  readonly isLocal: boolean;
  /** Its containers run on the kernel of this machine: its memory and processors are this machine's. */
  readonly sharesKernel: boolean;
  /** Where a port that it publishes is reached from here. */
  readonly publishedHost: string;
  /** On which address of its machine the coordinator's port is published. */
  readonly publishAddress: string;
  readonly cgroupVersion: 1 | 2;
  readonly architecture: string;
  /** E.g. `Docker Desktop`, `Debian GNU/Linux 12 (bookworm)`. */
  readonly operatingSystem: string;
  readonly kernel: string;
  readonly cpus: number;
  /** Of its machine. */
  readonly memoryBytes: number;
}

interface Version {
  Version: string;
  ApiVersion: string;
  Os?: string;
}

interface Info {
  KernelVersion: string;
  OperatingSystem: string;
  Architecture: string;
  NCPU: number;
  MemTotal: number;
  CgroupVersion?: string;
}

/**
 * Opens the engine that the docker command would use.
 *
 * @throws EnvironmentError that says why there is none; UsageError when the environment names none that can be
 */
export async function openEngine(environment: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  // Half of the time goes into loading dockerode: both at once.
  const loading = import('dockerode');
  loading.catch(() => {});
  const { endpoint, transport, version } = await firstThatAnswers(environment, openWithinMs);
  requireUsable(version, endpoint.url);
  const [{ default: Client }, info] = await Promise.all([
    loading,
    askEngine<Info>(endpoint.url, transport, '/info', openWithinMs),
  ]);
  const socket = socketOf(endpoint.url);
  const host = socket === undefined ? hostOf(endpoint.url) : '127.0.0.1';
  const isNear = socket !== undefined || isLoopback(host);
  return {
    docker: new Client(clientOptions(transport)),
    url: endpoint.url,
    version: version.Version,
    apiVersion: version.ApiVersion,
    isLocal: socket !== undefined,
    sharesKernel: socket !== undefined && info.KernelVersion === release(),
    publishedHost: isNear ? '127.0.0.1' : host,
    publishAddress: isNear ? '127.0.0.1' : '0.0.0.0',
    cgroupVersion: info.CgroupVersion === '2' ? 2 : 1,
    architecture: info.Architecture,
    operatingSystem: info.OperatingSystem,
    kernel: info.KernelVersion,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
  };
}

/** Whether there is an engine that can be used; `reason` is a whole line. */
export type EngineProbe =
  | { available: true; version: string; url: string }
  | { available: false; reason: string };

/** Looks quickly for an engine, without loading what using it takes. */
export async function probeEngine(
  environment: NodeJS.ProcessEnv = process.env,
  withinMs = 2000,
): Promise<EngineProbe> {
  try {
    const { endpoint, transport, version } = await firstThatAnswers(environment, withinMs);
    transport.agent.destroy();
    requireUsable(version, endpoint.url);
    return { available: true, version: version.Version, url: endpoint.url };
  } catch (error) {
    return { available: false, reason: (error as Error).message };
  }
}

/** Among several the first that answers; when none does, the error of the first. */
async function firstThatAnswers(
  environment: NodeJS.ProcessEnv,
  withinMs: number,
): Promise<{ endpoint: Endpoint; transport: Transport; version: Version }> {
  const endpoints = findEndpoints(environment);
  const deadline = performance.now() + withinMs;
  let failure: unknown;
  for (const endpoint of endpoints) {
    const transport = transportTo(endpoint);
    try {
      const left = Math.max(1, Math.ceil(deadline - performance.now()));
      return {
        endpoint,
        transport,
        version: await askEngine<Version>(endpoint.url, transport, '/version', left),
      };
    } catch (error) {
      transport.agent.destroy();
      failure ??= error;
    }
  }
  throw failure;
}

function requireUsable({ Version: version, ApiVersion: api, Os: os }: Version, url: string): void {
  if (!isAtLeast(api, oldestApi)) {
    throw new EnvironmentError(
      `Docker Engine ${version} (API ${api}) at ${url} is too old: Docker 19.03 (API ${oldestApi}) or later is needed`,
    );
  }
  if (os !== undefined && os !== 'linux') {
    throw new EnvironmentError(
      `Docker Engine ${version} at ${url} runs ${os} containers: Linux ones are needed`,
    );
  }
}

function isAtLeast(api: string, least: string): boolean {
  const [major = 0, minor = 0] = String(api).split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Names everything, since dockerode would take what is missing from the environment. */
function clientOptions({ protocol, host, port, socketPath, agent }: Transport): Docker.DockerOptions {
  return {
    protocol,
    host,
    port,
    socketPath,
    agent,
    ca: undefined,
    cert: undefined,
    key: undefined,
    pathPrefix: '/',
  } as Docker.DockerOptions;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Whether an error says that there is no engine to speak to. */
export function isEngineGone(error: unknown): boolean {
  return error instanceof EngineError && error.isUnreachable;
}
