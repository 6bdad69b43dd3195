import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTestnet, type KademliaNode, NodeId, SeededRandom } from '@cqkd/node';
import { each } from './each.js';
import type { Round, Work, WorkParameters } from './work.js';

/** Lookups a node before it is weighed: routing tables fill by traffic. */
const lookupsPerNode = 2;
const concurrency = 16;

/** What a network adds to the memory of a process that holds nothing else; one round, since memory is not given back. */
export async function open({ nodes, seed, parameters }: WorkParameters): Promise<Work> {
  const collect = collector();
  collect();
  const before = process.memoryUsage();
  const close: (() => void)[] = [];
  const round = async (): Promise<Round> => {
    const testnet = await createTestnet(nodes, { transport: 'udp', seed, parameters });
    close.push(testnet.close);
    const random = new SeededRandom(seed + 4);
    await each(nodes * lookupsPerNode, concurrency, async (index) => {
      await (testnet.nodes[index % nodes] as KademliaNode).lookup(NodeId.random(random));
    });
    const atWork = process.memoryUsage.rss();
    collect();
    const { rss, heapUsed, external } = process.memoryUsage();
    const contacts = testnet.nodes.reduce((sum, { table }) => sum + table.contacts().length, 0);
    return {
      values: {
        at_work: (atWork - before.rss) / nodes,
        resident: (rss - before.rss) / nodes,
        heap: (heapUsed + external - before.heapUsed - before.external) / nodes,
        contacts: contacts / nodes,
      },
    };
  };
  return {
    warmUps: 0,
    round,
    close: () => {
      for (const each of close) each();
    },
  };
}

/** The garbage collector of this process. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  // What the first run frees may be all that held something else.
  return () => {
    gc();
    gc();
  };
}
