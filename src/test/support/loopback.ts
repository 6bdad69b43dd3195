import { createSocket } from 'node:dgram';
import { addressAt, addressBlock } from '../../plan/address-block.js';

/** A block of loopback addresses on which no network lives now, so that tests do not meet other networks. */
export async function freeBlock(): Promise<number> {
  const count = process.platform === 'linux' ? 255 : 15;
  for (let attempt = 0; attempt < count; attempt++) {
    const index = 1 + ((process.pid + attempt * 7) % (count - 1));
    const block = addressBlock(index, process.platform);
    if (block && (await isFree(addressAt(block, 0), 5678 + block.portOffset))) return index;
  }
  throw new Error('No block of loopback addresses is free');
}

/** Holds a UDP port until `release`. */
export function holdPort(address: string, port: number): Promise<{ release(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () =>
      resolve({ release: () => new Promise((released) => socket.close(() => released())) }),
    );
  });
}

async function isFree(address: string, port: number): Promise<boolean> {
  try {
    await (await holdPort(address, port)).release();
    return true;
  } catch {
    return false;
  }
}
