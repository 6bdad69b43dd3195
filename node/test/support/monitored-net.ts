import { HealthMonitor } from '../../src/health/monitor.js';
import { createTestnet, type KademliaNode, NodeId, SeededRandom, type Testnet } from '../../src/index.js';
import type { TestnetOptions } from '../../src/testnet.js';
import { partContext } from './part-context.js';
import { trueNearest } from './truth.js';

/** A network whose nodes check one another's health and do nothing else. */
export class MonitoredNet {
  readonly random: SeededRandom;
  readonly #monitors = new Map<KademliaNode, HealthMonitor>();

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
    options: TestnetOptions & { settings?: Record<string, string> } = {},
  ): Promise<MonitoredNet> {
    const { settings = {}, seed = 1, ...rest } = options;
    const verifies = settings.enable_health_check !== 'false';
    const parameters = { verifies, ...rest.parameters };
    return new MonitoredNet(await createTestnet(size, { ...rest, seed, parameters }), settings, seed + 1);
  }

  get alive(): KademliaNode[] {
    return this.net.nodes.filter((node) => !node.closed);
  }

  get datagramsSent(): number {
    return this.net.nodes.reduce((sum, node) => sum + node.stats.datagramsSent, 0);
  }

  monitorOf(node: KademliaNode): HealthMonitor {
    return this.#monitors.get(node) as HealthMonitor;
  }

  async advance(seconds: number): Promise<void> {
    await this.net.network!.clock.advance(seconds * 1000);
  }

  async join(): Promise<KademliaNode> {
    const node = await this.net.add();
    this.#fit(node);
    return node;
  }

  /** Nodes that die without a word; never the first one, which others join through. @returns them */
  kill(count: number): KademliaNode[] {
    const candidates = this.alive.slice(1);
    return Array.from({ length: count }, () => {
      const [node] = candidates.splice(this.random.below(candidates.length), 1);
      this.#monitors.get(node as KademliaNode)?.stop();
      node?.close();
      return node as KademliaNode;
    });
  }

  /** Share of dead nodes among the contacts that living nodes would name for random targets; asking them would heal. */
  staleShare(targetsEach = 4): number {
    const living = new Set(this.alive.map((node) => node.id.hex));
    let named = 0;
    let dead = 0;
    for (const node of this.alive) {
      for (let i = 0; i < targetsEach; i++) {
        for (const contact of node.table.closest(NodeId.random(this.random), node.parameters.k)) {
          named++;
          if (!living.has(contact.id.hex)) dead++;
        }
      }
    }
    return dead / named;
  }

  /** Dead nodes that stand in the table of one of their 20 nearest living nodes. */
  rememberedByNeighbours(dead: readonly KademliaNode[]): number {
    const { alive } = this;
    return dead.filter((node) =>
      trueNearest(alive, node.id, 20, node).some((neighbour) =>
        neighbour.table.contacts().some((contact) => contact.id.equals(node.id)),
      ),
    ).length;
  }

  /** Dead nodes that stand in the table of any living node. */
  rememberedByAny(dead: readonly KademliaNode[]): number {
    const known = new Set(
      this.alive.flatMap((node) => node.table.contacts().map((contact) => contact.id.hex)),
    );
    return dead.filter((node) => known.has(node.id.hex)).length;
  }

  close(): void {
    for (const monitor of this.#monitors.values()) monitor.stop();
    this.net.close();
  }

  #fit(node: KademliaNode): void {
    const monitor = new HealthMonitor(partContext(node, this.settings));
    this.#monitors.set(node, monitor);
    monitor.start();
  }
}
