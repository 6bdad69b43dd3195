import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { Decoder, Encoder } from '@msgpack/msgpack';
import type { Calibration } from '../measurement.js';
import { cpuMs } from './cpu-ms.js';

/** One calibration. Milliseconds of CPU time. */
const spanMs = 40;
/** The machine does nothing for this process. Milliseconds. */
const giveUpMs = 2000;
/** Datagrams under way between the two sockets. */
const window = 16;
/** About an answer to `find_node`. */
const datagramBytes = 700;
const contacts = 20;
/** Between two looks at the clock. */
const batch = 16;
const address = '127.0.0.1';

/**
 * Tells how fast the machine is at this moment; nothing of the product takes part in it.
 *
 * It counts CPU time: a machine that gives this process less of it is no slower machine.
 */
export interface Calibrator {
  measure(): Promise<Record<Calibration, number>>;
  close(): void;
}

/** Opens two sockets; close it. */
export async function openCalibrator(): Promise<Calibrator> {
  const echo = await bound();
  const caller = await bound();
  echo.on('message', (bytes, { port }) => echo.send(bytes, port, address));
  const { port } = echo.address() as AddressInfo;
  const library = { encoder: new Encoder(), decoder: new Decoder(), answer: fixedAnswer() };
  return {
    measure: async () => ({ udp: await echoes(caller, port), codec: exchanges(library) }),
    close: () => {
      echo.close();
      caller.close();
    },
  };
}

function bound(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: (host, _, callback) => callback(null, host, 4) });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, address, () => resolve(socket));
  });
}

/** Round trips of raw datagrams on loopback, a second. */
function echoes(caller: Socket, port: number): Promise<number> {
  const bytes = Buffer.alloc(datagramBytes, 0x5a);
  return new Promise((resolve) => {
    const startedAt = cpuMs();
    let returned = 0;
    const timer = setTimeout(() => end(), giveUpMs);
    const end = () => {
      clearTimeout(timer);
      caller.off('message', again);
      resolve(returned / ((cpuMs() - startedAt) / 1000));
    };
    const again = () => {
      returned++;
      if (returned % batch === 0 && cpuMs() - startedAt >= spanMs) end();
      else caller.send(bytes, port, address);
    };
    caller.on('message', again);
    for (let i = 0; i < window; i++) caller.send(bytes, port, address);
  });
}

interface Library {
  encoder: Encoder;
  decoder: Decoder;
  answer: unknown;
}

/** Encodings and decodings a second of the library, not of the node's own codec. */
function exchanges({ encoder, decoder, answer }: Library): number {
  const startedAt = cpuMs();
  let done = 0;
  let elapsed = 0;
  while (elapsed < spanMs) {
    for (let i = 0; i < batch; i++) decoder.decode(encoder.encodeSharedRef(answer));
    done += batch;
    elapsed = cpuMs() - startedAt;
  }
  return done / (elapsed / 1000);
}

function fixedAnswer(): unknown {
  return Array.from({ length: contacts }, (_, index) => [
    Uint8Array.from({ length: 20 }, (_byte, place) => (index * 37 + place * 11) & 0xff),
    `127.0.${index}.1`,
    8000 + index,
  ]);
}
