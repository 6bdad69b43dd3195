import { type Contact, KademliaNode, type Testnet } from '../../src/index.js';
import type { VirtualNetwork } from '../../src/wire/virtual.js';

/** For the neighbours of a node to find out that nobody answers where it was. */
const SETTLED_MS = 20_000;

/** Ends a node of a virtual network and starts it anew, with its id, at 127.0.0.2. @returns the new one */
export async function moveNode(net: Testnet, index: number): Promise<KademliaNode> {
  const [first, moving] = [net.nodes[0], net.nodes[index]] as [KademliaNode, KademliaNode];
  moving.close();
  const transport = await (net.network as VirtualNetwork).bind('127.0.0.2', 7000);
  const { id, parameters } = moving;
  const moved = new KademliaNode({ ...moving.parts, transport }, { id, parameters });
  net.nodes[index] = moved;
  const entry = await net.run(moved.contactAt(first.address, first.port));
  await net.run(moved.join([entry as Contact]));
  await net.run(new Promise<void>((resolve) => moved.parts.clock.setTimeout(resolve, SETTLED_MS)));
  return moved;
}
