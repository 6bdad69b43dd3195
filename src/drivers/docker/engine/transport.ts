import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Endpoint } from './endpoint.js';
import { SshAgent } from './ssh-agent.js';

/** How requests get to an engine: options that node:http and dockerode both take. */
export interface Transport {
  protocol: 'http' | 'https';
  /** Undefined for a socket. */
  host: string | undefined;
  port: number | undefined;
  socketPath: string | undefined;
  agent: HttpAgent;
}

/** Requests keep their connections: an engine is asked hundreds of times in a row. */
export function transportTo({ url, tls }: Endpoint): Transport {
  const socketPath = socketOf(url);
  if (socketPath !== undefined) {
    const agent = new HttpAgent({ keepAlive: true });
    return { protocol: 'http', host: undefined, port: undefined, socketPath, agent };
  }
  const { protocol, port, username } = new URL(url);
  const hostname = hostOf(url);
  if (protocol === 'ssh:') {
    const agent = new SshAgent({ host: hostname, port, user: username });
    return { protocol: 'http', host: 'docker', port: undefined, socketPath: undefined, agent };
  }
  return {
    protocol: tls ? 'https' : 'http',
    host: hostname,
    port: Number(port),
    socketPath: undefined,
    agent: tls ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true }),
  };
}

/** The host of an engine that is reached over a network; an IPv6 address without its brackets. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** The path of a socket on this machine; undefined for an engine that is reached over a network. */
export function socketOf(url: string): string | undefined {
  return /^(?:unix|npipe):\/\/(.+)$/.exec(url)?.[1];
}
