import { createSocket } from 'node:dgram';
import { addressAt, addressBlock } from '../../plan/address-block.js';

/** Networks that one test may have at a time, each in a block of its own. */
const networksOfATest = process.platform === 'linux' ? 4 : 1;
/** No network has it. */
const claimPort = 5677;

/** Loopback addresses of a test, from a block up; they are claimed, since tests run side by side. */
export interface ClaimedBlock {
  block: number;
  release(): Promise<void>;
}

/** Claims blocks of loopback addresses on which no network lives now, so that tests do not meet other networks. */
export async function claimBlock(): Promise<ClaimedBlock> {
  const count = Math.floor((process.platform === 'linux' ? 255 : 15) / networksOfATest);
  for (let attempt = 0; attempt < count; attempt++) {
    const first = networksOfATest * (1 + ((process.pid + attempt * 7) % (count - 1)));
    const claim = await claimOf(first);
    if (!claim) continue;
    const blocks = Array.from({ length: networksOfATest }, (_, index) => first + index);
    if ((await Promise.all(blocks.map(isFree))).every(Boolean)) return { block: first, ...claim };
    await claim.release();
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

async function claimOf(index: number) {
  const block = addressBlock(index, process.platform);
  return block && holdPort(addressAt(block, 0), claimPort + block.portOffset).catch(() => undefined);
}

async function isFree(index: number): Promise<boolean> {
  const block = addressBlock(index, process.platform);
  if (!block) return false;
  try {
    await (await holdPort(addressAt(block, 0), 5678 + block.portOffset)).release();
    return true;
  } catch {
    return false;
  }
}
