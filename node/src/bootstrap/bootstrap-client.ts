import type { Tier } from '../control/api.js';
import type { Contact } from '../kademlia/contact.js';
import type { NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Settings } from '../settings.js';
import { check, checkInsistently, checkPing } from './ask.js';
import {
  type AttachAnswer,
  type AttachKind,
  type AttachStatus,
  decodeAttachAnswer,
  encodeAttach,
} from './attach-message.js';
import type { Candidate, Candidates } from './candidates.js';

/** Requests to attach left unanswered before one that answers pings is taken for a legacy node. */
const ATTACH_SILENCES = 2;

/** What came of asking a candidate. */
export interface Outcome {
  candidate: Candidate;
  contact: Contact;
  /** `legacy` = it knows only the requests of the Python package, and serves as well. */
  status: AttachStatus | 'legacy';
  /** Others of its tier that it named. */
  named: Candidate[];
}

export interface BootstrapClientInit {
  node: KademliaNode;
  /** The packed network key. */
  key: NodeId;
  tier: Tier;
  region: string;
  candidates: Candidates;
  settings: () => Settings;
}

/** Asks candidates, and keeps what their answers, and their silence, tell of them. */
export class BootstrapClient {
  readonly #init: BootstrapClientInit;
  readonly #payloads = new Map<AttachKind, Uint8Array>();
  #home = '';

  constructor(init: BootstrapClientInit) {
    this.#init = init;
  }

  /** One request, and a ping where that is not answered by one that may be a legacy node. @returns undefined when it was silent */
  async ask(candidate: Candidate, kind: AttachKind): Promise<Outcome | undefined> {
    const { node } = this.#init;
    const bytes = node.extensions ? await check(node, candidate, this.#payload(kind)) : undefined;
    const outcome = bytes && this.#outcome(candidate, bytes);
    if (outcome) return outcome;
    // One that is known to hand out leases is no legacy node: no time is lost on it.
    if (candidate.tier) return this.#failed(candidate);
    const contact = await checkPing(node, candidate);
    if (!contact) return this.#failed(candidate);
    if (contact.id.equals(node.id)) return this.#isSelf(candidate, contact);
    candidate.answered();
    candidate.silences++;
    const isLegacy = !node.extensions || candidate.silences >= ATTACH_SILENCES;
    return { candidate, contact, status: isLegacy ? 'legacy' : 'not-ready', named: [] };
  }

  /** Asks until it answers, or is unhealthy. @returns undefined when it is */
  async askInsistently(
    candidate: Candidate,
    kind: AttachKind,
    signal: AbortSignal,
  ): Promise<Outcome | undefined> {
    const { node } = this.#init;
    const threshold = this.#init.settings().bootstrap_failure_threshold;
    const payload = this.#payload(kind);
    const failed = () => this.#failed(candidate);
    const bytes = await checkInsistently(node, candidate, payload, threshold, signal, failed);
    return bytes && this.#outcome(candidate, bytes);
  }

  /** Ends a lease; whether that arrives does not matter much, it ends by itself. */
  release(candidate: Candidate): void {
    void this.#init.node.request(candidate, this.#payload('release'), 1);
  }

  #payload(kind: AttachKind): Uint8Array {
    const { node, key, tier, region, candidates } = this.#init;
    const home = candidates.home?.place ?? '';
    if (home !== this.#home) this.#payloads.clear();
    this.#home = home;
    let payload = this.#payloads.get(kind);
    if (!payload) {
      const inFull = kind === 'attach' || kind === 'return' || kind === 'move';
      payload = encodeAttach(node.id, key, kind, inFull ? { tier, region, home } : undefined);
      this.#payloads.set(kind, payload);
    }
    return payload;
  }

  #outcome(candidate: Candidate, bytes: Uint8Array): Outcome | undefined {
    const answer = decodeAttachAnswer(bytes);
    if (!answer) return undefined;
    const { node, candidates } = this.#init;
    const { address, port } = candidate;
    candidate.answered();
    candidate.silences = 0;
    const contact = node.parts.book.get(answer.id, address, port);
    if (answer.id.equals(node.id)) return this.#isSelf(candidate, contact);
    if (answer.status !== 'refused') this.#learn(candidate, answer);
    if (answer.status === 'refused') candidate.refused(this.#nextCheckMs());
    else if (answer.status !== 'not-ready') node.see(contact);
    const named = candidates.name(answer.places, answer.tier);
    return { candidate, contact, status: answer.status, named };
  }

  #learn(candidate: Candidate, { tier, attached, capacity }: AttachAnswer): void {
    candidate.tier = tier;
    candidate.load = attached;
    candidate.capacity = capacity;
  }

  #failed(candidate: Candidate): undefined {
    candidate.failed(this.#init.settings().bootstrap_failure_threshold, this.#nextCheckMs());
    return undefined;
  }

  #nextCheckMs(): number {
    const { clock, random } = this.#init.node.parts;
    const { bootstrap_health_check_interval: interval } = this.#init.settings();
    return clock.now() + interval * 1000 * (0.5 + random.float());
  }

  /** The node has asked itself, by another of its addresses. */
  #isSelf(candidate: Candidate, contact: Contact): Outcome {
    this.#init.candidates.drop(candidate);
    return { candidate, contact, status: 'refused', named: [] };
  }
}
