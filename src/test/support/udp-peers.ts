import { randomBytes } from 'node:crypto';
import type { Unit } from '../../drivers/driver.js';
import type { DockerLab } from './docker-lab.js';
import { until } from './until.js';

/** On which a node of a cut may live, and one that no cut knows. */
const ports = [6000, 6001, 6002, 9999] as const;
const unknownToCuts = 9999;
const controlPort = 7400;

/** Sends and remembers datagrams, as it is told over HTTP; asked about another address it asks there. */
const program = `
  const heard = new Set();
  const sockets = new Map();
  for (const port of [${ports}]) {
    const socket = require('node:dgram').createSocket('udp4');
    socket.on('message', (bytes) => heard.add(bytes.toString())).bind(port, process.env.ADDRESS);
    sockets.set(port, socket);
  }
  require('node:http').createServer(async (request, response) => {
    const { searchParams: query } = new URL(request.url, 'http://x');
    const at = query.get('at');
    if (at !== process.env.ADDRESS) {
      const answer = await fetch('http://' + at + ':${controlPort}' + request.url, { signal: AbortSignal.timeout(2000) }).then((a) => a.text(), () => 'gone');
      return response.end(answer);
    }
    const token = query.get('token');
    if (!query.has('to')) return response.end(String(heard.has(token)));
    const [address, port] = query.get('to').split(':');
    sockets.get(Number(query.get('from'))).send(token, Number(port), address, () => response.end('sent'));
  }).listen(${controlPort}, process.env.ADDRESS);
  process.on('SIGTERM', () => process.exit(0));`;

/** Units of a lab that send datagrams to one another. */
export interface UdpPeers {
  /** Place of a node. */
  place(unit: Unit, port?: number): string;
  /** Whether a datagram of one place reaches another one. What no cut knows must get through meanwhile, TCP as well. */
  hears(receiver: string, sender: string): Promise<boolean>;
  /** Waits until all of them run. */
  ready(): Promise<void>;
}

/** Gives units the program; they are still to be started, the coordinator among them. */
export function udpPeers({ change, container, engine }: DockerLab, units: readonly Unit[]): UdpPeers {
  for (const { name, kind, spec } of units) {
    const published = { host_ip: '127.0.0.1', published: 0, target: controlPort, protocol: 'tcp' as const };
    const isEntry = kind === 'coordinator';
    change(name, { program, environment: { ADDRESS: spec.address }, ...(isEntry && { ports: [published] }) });
  }
  const ask = async (query: Record<string, string>) => {
    const { NetworkSettings } = await container('coordinator').inspect();
    const port = NetworkSettings.Ports[`${controlPort}/tcp`]?.[0]?.HostPort;
    const url = `http://${engine.publishedHost}:${port}/?${new URLSearchParams(query)}`;
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).text();
  };
  const send = (from: string, to: string, token: string) => {
    const [at = '', port = ''] = from.split(':');
    return ask({ at, from: port, to, token });
  };
  const addressOf = (place: string) => place.split(':')[0] as string;
  return {
    place: ({ spec }, port = ports[0]) => `${spec.address}:${port}`,
    hears: async (receiver, sender) => {
      const token = randomBytes(6).toString('hex');
      const at = addressOf(receiver);
      await send(sender, receiver, token);
      await until('a datagram that is sent after it, of no node', async () => {
        const marker = `${token}-${randomBytes(4).toString('hex')}`;
        await send(`${addressOf(sender)}:${unknownToCuts}`, `${at}:${unknownToCuts}`, marker);
        return until('the datagram', async () => (await ask({ at, token: marker })) === 'true', 500).catch(
          () => false,
        );
      });
      return (await ask({ at, token })) === 'true';
    },
    ready: async () => {
      for (const { spec } of units) {
        const answer = () => ask({ at: spec.address, token: 'none' }).catch(() => '');
        await until(`an answer of ${spec.address}`, async () => (await answer()) === 'false');
      }
    },
  };
}
