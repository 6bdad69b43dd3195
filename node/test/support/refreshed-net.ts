import { createTestnet, type KademliaNode, NodeId, SeededRandom, type Testnet } from '../../src/index.js';
import type { NodeEvent } from '../../src/node-part.js';
import { Refresh } from '../../src/refresh/refresh.js';
import { partContext } from './part-context.js';
import { trueNearest } from './truth.js';

/** A network on the virtual clock whose nodes all refresh. */
export class RefreshedNet {
  readonly random: SeededRandom;
  readonly events: NodeEvent[] = [];
  readonly #refresh = new Map<KademliaNode, Refresh>();

  private constructor(
    readonly net: Testnet,
    readonly settings: Record<string, string>,
    seed: number,
  ) {
    this.random = new SeededRandom(seed);
    for (const node of net.nodes) this.#fit(node);
  }

  static async create(
    size: number,
    seed: number,
    settings: Record<string, string> = {},
  ): Promise<RefreshedNet> {
    return new RefreshedNet(await createTestnet(size, { seed }), settings, seed + 1);
  }

  get alive(): KademliaNode[] {
    return this.net.nodes.filter((node) => !node.closed);
  }

  /** Requests of refresh and their answers, of all nodes since they started. */
  get refreshDatagrams(): number {
    return this.net.nodes.reduce((sum, node) => sum + node.stats.refreshDatagrams, 0);
  }

  /** Walks of all nodes, by kind. */
  get walks(): Record<string, number> {
    const sum: Record<string, number> = {};
    for (const node of this.net.nodes)
      for (const [kind, walks] of Object.entries(node.stats.refreshWalks))
        sum[kind] = (sum[kind] ?? 0) + walks;
    return sum;
  }

  refreshOf(node: KademliaNode): Refresh {
    return this.#refresh.get(node) as Refresh;
  }

  async advance(seconds: number): Promise<void> {
    await this.net.network!.clock.advance(seconds * 1000);
  }

  async join(): Promise<KademliaNode> {
    const node = await this.net.add();
    this.#fit(node);
    return node;
  }

  /** Nodes that die without a word; never the first one, which others join through. */
  kill(count: number): void {
    for (let killed = 0; killed < count; ) {
      const node = this.net.nodes[1 + this.random.below(this.net.nodes.length - 1)] as KademliaNode;
      if (node.closed) continue;
      this.#refresh.get(node)?.stop();
      node.close();
      killed++;
    }
  }

  /** Share of the true 20 nearest nodes that are in a node's table, mean over all nodes. */
  coverage(): number {
    const { alive } = this;
    let sum = 0;
    for (const node of alive) {
      const known = new Set(node.table.contacts().map((contact) => contact.id.hex));
      const nearest = trueNearest(alive, node.id, 20, node);
      sum += nearest.filter((other) => known.has(other.id.hex)).length / nearest.length;
    }
    return sum / alive.length;
  }

  /** Share of a node's 20 nearest that have it in their tables, mean over the nodes. */
  known(nodes: KademliaNode[]): number {
    const { alive } = this;
    let sum = 0;
    for (const node of nodes) {
      const nearest = trueNearest(alive, node.id, 20, node);
      const knowing = nearest.filter((other) => other.table.contacts().some((c) => c.id.equals(node.id)));
      sum += knowing.length / nearest.length;
    }
    return sum / nodes.length;
  }

  /** Mean recall@20 of lookups by random nodes for random targets. */
  async recall(lookups: number): Promise<number> {
    const { alive } = this;
    let sum = 0;
    for (let i = 0; i < lookups; i++) {
      const node = alive[this.random.below(alive.length)] as KademliaNode;
      const target = NodeId.random(this.random);
      const { contacts } = await this.net.run(node.lookup(target));
      const found = new Set(contacts.map((contact) => contact.id.hex));
      const nearest = trueNearest(alive, target, 20, node);
      sum += nearest.filter((other) => found.has(other.id.hex)).length / nearest.length;
    }
    return sum / lookups;
  }

  /** Cuts the network into even and odd nodes. */
  cutInHalves(): void {
    for (const [i, a] of this.net.nodes.entries())
      for (const [j, b] of this.net.nodes.entries())
        if (i % 2 !== j % 2) this.net.network?.cut(`${a.address}:${a.port}`, `${b.address}:${b.port}`);
  }

  /** Each node pings some of its contacts, as its health check would. */
  async probe(each: number): Promise<void> {
    const probes = this.alive.flatMap((node) => {
      const contacts = node.table.contacts();
      return Array.from({ length: Math.min(each, contacts.length) }, async () => {
        const contact = contacts[this.random.below(contacts.length)];
        if (contact && (await node.ping(contact)) === undefined) node.doubt(contact);
      });
    });
    await this.net.run(Promise.all(probes));
  }

  close(): void {
    for (const refresh of this.#refresh.values()) refresh.stop();
    this.net.close();
  }

  #fit(node: KademliaNode): void {
    const refresh = new Refresh(partContext(node, this.settings, this.events));
    this.#refresh.set(node, refresh);
    refresh.start();
  }
}
