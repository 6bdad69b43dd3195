import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** A request and its answer, about as large as those of a lookup. Bytes. */
const requestBytes = 60;
const answerBytes = 700;
/** Requests under way. */
const window = 64;
/** Code of a fresh process is slow at first: it is not counted. Requests. */
const warmUp = 500;
/** CPU time of one measurement. Milliseconds. */
const spanMs = 15;
/** Measurements: other programs make some of them slower and none faster, so the best one counts. */
const spans = 4;
/** A machine that does not get there in this time tells nothing. Milliseconds. */
const giveUpMs = 2000;
const address = '127.0.0.1';

/**
 * Measures what one UDP request with its answer costs on this machine now, both ends in this process.
 *
 * It counts CPU time, so that other programs that run meanwhile change little.
 *
 * @returns CPU time in microseconds; null when it can't be measured
 */
export async function measureUdpCost(): Promise<number | null> {
  const sockets: Socket[] = [];
  try {
    const answering = await bound(sockets);
    const asking = await bound(sockets);
    const answer = Buffer.alloc(answerBytes);
    answering.on('message', (_bytes, { port }) => answering.send(answer, port, address));
    return await bestCost(asking, (answering.address() as AddressInfo).port);
  } catch {
    return null;
  } finally {
    for (const socket of sockets) socket.close();
  }
}

function bestCost(socket: Socket, port: number): Promise<number | null> {
  const request = Buffer.alloc(requestBytes);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), giveUpMs);
    const costs: number[] = [];
    let isWarm = false;
    let answered = 0;
    let startedAt = cpuMs();
    const begin = () => {
      answered = 0;
      startedAt = cpuMs();
    };
    socket.on('message', () => {
      answered++;
      if (!isWarm && answered === warmUp) {
        isWarm = true;
        begin();
      } else if (isWarm && cpuMs() - startedAt >= spanMs) {
        costs.push((1000 * (cpuMs() - startedAt)) / answered);
        begin();
      }
      if (costs.length < spans) return void socket.send(request, port, address);
      clearTimeout(timer);
      resolve(Math.min(...costs));
    });
    for (let i = 0; i < window; i++) socket.send(request, port, address);
  });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The address is given as a number: no name is looked up. */
async function bound(sockets: Socket[]): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, address, resolve);
  });
  return socket;
}
