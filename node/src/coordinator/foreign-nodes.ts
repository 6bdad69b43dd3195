import { placeOf } from '../bootstrap/address.js';
import { inLanes } from '../control/lanes.js';
import type { Contact } from '../kademlia/contact.js';
import type { Gateway } from './gateway.js';
import type { Registry } from './registry.js';

/** Pings at a time. */
const LANES = 32;
/** A look is good for so long. Milliseconds. */
const FRESH_MS = 5000;

/** Nodes that are part of the network but that no host reports: of another program, or of another deployment. */
export class ForeignNodes {
  readonly #gateway: Gateway;
  readonly #registry: Registry;
  #alive: readonly Contact[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(gateway: Gateway, registry: Registry) {
    this.#gateway = gateway;
    this.#registry = registry;
  }

  /** Those that were alive at the last look, as `address:port`. */
  get places(): string[] {
    return this.#alive.map(placeOf).sort();
  }

  /** Those that answer now. The key space is walked only where the coordinator's own node knows one of them. */
  async look(signal: AbortSignal): Promise<readonly Contact[]> {
    const { node, isJoined } = this.#gateway;
    if (!isJoined || performance.now() - this.#lookedAtMs < FRESH_MS) return this.#alive;
    const isForeign = this.#createFilter();
    const known = node.kademlia.table.contacts().filter(isForeign);
    const walked =
      known.length > 0
        ? await node.discovery.discover({ count: Number.POSITIVE_INFINITY, verify: false, signal })
        : [];
    const alive: Contact[] = [];
    const ping = async (contact: Contact) => {
      if ((await node.kademlia.ping(contact)) !== undefined) alive.push(contact);
    };
    await inLanes(unique([...known, ...walked.filter(isForeign)]), LANES, ping, signal);
    if (signal.aborted) return this.#alive;
    this.#lookedAtMs = performance.now();
    this.#alive = alive;
    return alive;
  }

  /** A node that was started again may still be named by its old id at its place: that is no foreign one. */
  #createFilter(): (contact: Contact) => boolean {
    const nodes = this.#registry.hosts.flatMap((host) => host.nodes);
    const ids = new Set([...nodes.map(({ id }) => id), this.#gateway.node.id.hex]);
    const places = new Set(nodes.map(({ address, port }) => `${address}:${port}`));
    return ({ id, address, port }) => !ids.has(id.hex) && !places.has(`${address}:${port}`);
  }
}

function unique(contacts: readonly Contact[]): Contact[] {
  return [...new Map(contacts.map((contact) => [contact.id.hex, contact])).values()];
}
