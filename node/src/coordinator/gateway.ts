import { randomBytes } from 'node:crypto';
import type { Logger } from '../control/logger.js';
import { aborted } from '../control/pause.js';
import { createProcessComponents, DhtNode, type NodeComponents } from '../dht-node.js';
import { HostFaults } from '../host/faults/host-faults.js';
import type { CoordinatorSpec } from '../host/spec.js';
import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import { LEAVE } from '../kademlia/requests/leave.js';
import type { Settings } from '../settings.js';
import { FaultyTransport } from '../wire/faulty.js';
import { encodeRequest } from '../wire/request.js';

const REGION = 'coordinator';
/** What its nodes are called where faults are put on. */
export const GATEWAY = 'coordinator';

/** The coordinator's own place in the network: one node that stays, and others for a measurement. */
export class Gateway {
  readonly node: DhtNode;
  readonly faults: HostFaults;
  readonly #components: NodeComponents;
  #settings: Settings;
  readonly #address: string;
  readonly #ended = new AbortController();
  #candidates: readonly string[];

  constructor(spec: CoordinatorSpec, settings: Settings, networkKey: string, onState: () => void) {
    const components = createProcessComponents(networkKey);
    const faults = new HostFaults(components);
    this.faults = faults;
    this.#components = {
      ...components,
      transports: {
        bind: async (address, port) =>
          new FaultyTransport(await components.transports.bind(address, port), faults.of(GATEWAY)),
      },
    };
    this.#settings = settings;
    this.#address = spec.address;
    this.#candidates = spec.candidates;
    // A new coordinator is a new node: under an old id it would get answers to what another one asked.
    this.node = this.#create(`coordinator-${randomBytes(8).toString('hex')}`, onState);
  }

  get isJoined(): boolean {
    return this.node.state === 'joined';
  }

  get kademlia(): KademliaNode {
    return this.node.kademlia;
  }

  /** Opens the socket. @throws PortsExhaustedError */
  async bind(port: number): Promise<void> {
    await this.node.bind(this.#address, port);
  }

  /** Joins, however long it takes until a bootstrap node answers. */
  async join(logger: Logger): Promise<void> {
    await this.node.join(this.#ended.signal).catch((error) => {
      logger.warn({ err: error }, 'the gateway node did not join yet');
    });
  }

  setCandidates(candidates: readonly string[]): void {
    this.#candidates = candidates;
    this.node.setPlaces({ candidates });
  }

  configure(settings: Settings): void {
    this.#settings = settings;
    this.node.configure(settings);
  }

  /**
   * Does something with a fresh node that knows only the bootstrap nodes; afterwards the node is gone.
   *
   * @param work gets the node, bound but not joined; returns the nodes that it has met
   */
  async withFreshNode(work: (node: DhtNode) => Promise<readonly Contact[]>): Promise<void> {
    const node = this.#create(`measure-${randomBytes(8).toString('hex')}`);
    await node.bind(this.#address, 0);
    let met: readonly Contact[] = [];
    try {
      met = await work(node);
    } finally {
      await farewell(node.kademlia, met);
      node.crash();
    }
  }

  async end(goodbye: boolean, signal: AbortSignal): Promise<void> {
    this.#ended.abort();
    if (goodbye) await Promise.race([this.node.leave({ signal }), aborted(signal)]);
    this.node.crash();
    await this.faults.liftAll();
    this.#components.deadlines.close();
  }

  #create(name: string, onState?: () => void): DhtNode {
    return new DhtNode(this.#components, {
      name,
      tier: 'coordinator',
      region: REGION,
      settings: this.#settings,
      candidates: [...this.#candidates],
      ...(onState && { onState }),
    });
  }
}

/**
 * Says goodbye to all nodes that were asked, not only to those that the own table had room for: each of
 * them may hold the node in its table.
 */
async function farewell(node: KademliaNode, met: readonly Contact[]): Promise<void> {
  if (!node.extensions) return;
  const goodbye = encodeRequest(LEAVE, node.id);
  const contacts = new Set([...met, ...node.table.contacts()]);
  await Promise.all([...contacts].map((contact) => node.request(contact, goodbye)));
}
