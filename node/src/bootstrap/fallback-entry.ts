import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import { pause } from '../kademlia/pause.js';
import type { Settings } from '../settings.js';
import { placeOf } from './address.js';
import type { BootstrapClient } from './bootstrap-client.js';
import { Candidates } from './candidates.js';
import { findAll } from './fallback-join.js';

/** Before bootstrap nodes that did not answer are asked again. */
const ENTER_AGAIN_MS = 10_000;

export interface FallbackEntryInit {
  node: KademliaNode;
  clientOf: (candidates: Candidates) => BootstrapClient;
  settings: () => Settings;
  /** Bootstrap nodes, `address:port`, in order of preference. */
  places: () => readonly string[];
}

/** The bootstrap node that a node entered through while the hierarchy is off. */
export class FallbackEntry {
  readonly #init: FallbackEntryInit;
  #contact: Contact | undefined;

  constructor(init: FallbackEntryInit) {
    this.#init = init;
  }

  get contact(): Contact | undefined {
    return this.#contact;
  }

  forget(): void {
    this.#contact = undefined;
  }

  /** @returns where to begin: none when there is nobody else; undefined when nobody answered in all attempts */
  async find(attempts: number, signal: AbortSignal): Promise<Contact[] | undefined> {
    const { node, clientOf, settings, places } = this.#init;
    const candidates = new Candidates(placeOf(node), places(), []);
    const init = { client: clientOf(candidates), candidates, clock: node.parts.clock, settings: settings() };
    const contacts = await findAll(init, attempts, signal);
    if (!signal.aborted) this.#contact = contacts?.[0];
    return contacts;
  }

  /** Asks until somebody answers. */
  async findInsistently(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.find(1, signal)))
      await pause(this.#init.node.parts.clock, ENTER_AGAIN_MS, signal);
  }
}
