import type { PingBatch, PingBatchAnswer } from '../control/host-api.js';
import { inLanes } from '../control/lanes.js';
import { NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Host } from './host.js';

const CONCURRENCY = 16;

/** Pings given nodes by some nodes of the host. */
export async function runPings(
  host: Host,
  { from, to }: PingBatch,
  signal: AbortSignal,
): Promise<PingBatchAnswer> {
  const answered = to.map(() => 0);
  const asked = to.map(() => 0);
  const pings: { node: KademliaNode | undefined; index: number }[] = [];
  for (const name of from) {
    const node = host.joined(name)?.dht.kademlia;
    for (const [index, target] of to.entries()) {
      if (node?.id.hex !== target.id) pings.push({ node, index });
    }
  }
  await inLanes(
    pings,
    CONCURRENCY,
    async ({ node, index }) => {
      const { id, address, port } = to[index] as PingBatch['to'][number];
      asked[index] = (asked[index] as number) + 1;
      const contact = node?.parts.book.get(NodeId.fromHex(id), address, port);
      if (!node || !contact || (await node.ping(contact)) === undefined) return;
      answered[index] = (answered[index] as number) + 1;
    },
    signal,
  );
  return { answered, asked };
}
