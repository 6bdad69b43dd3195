import type { Call, CallHandler, Rpc } from '../wire/rpc.js';
import type { Contact } from './contact.js';
import { doubtKind, learnKind, type Phrased, phrase, type Question } from './dialect.js';
import { compareDistance, type NodeId } from './id.js';
import { unnamedNear } from './unnamed.js';
import type { Version } from './values/version.js';

/** What a lookup found. */
export interface LookupResult {
  /** The K nearest nodes that answered, nearest first; never the asking node. */
  contacts: Contact[];
  /** Values and versions under the target, nearest holder first; empty unless the lookup asked for them. */
  found: Found[];
  /** The K nearest nodes that answered and know versions; `contacts` unless those were asked for. */
  own: Contact[];
  /** True when a node that is nearer than the last one found did not answer. */
  missed: boolean;
  /** Requests one after the other that led to the nearest node: 1 = it was in the own table. */
  hops: number;
  /** Requests sent, retries apart. */
  requests: number;
  /** Requests of them that nobody answered. */
  failures: number;
  durationMs: number;
  /** How many nearest nodes it looked for. */
  k: number;
  /** Whether it walked to the end: `contacts` are the K nearest, or all there are. */
  complete: boolean;
  /** The nearest nodes that it heard of and that did not fail, nearest first: as many as one answer names, or K. */
  known: Contact[];
  /** Who has named nodes that stayed silent, and which. */
  misled: { by: Contact; silent: Contact[] }[];
}

/** One node's value under the target, or its version alone. */
export interface Found {
  contact: Contact;
  /** MessagePack; undefined when only the version was asked for, or it is too large to come with it. */
  bytes: Uint8Array | undefined;
  /** Undefined = it has none. */
  version: Version | undefined;
  ageMs: number;
  /** Digests of values that it has replaced, packed. */
  replaced: Uint8Array;
}

/** A decoded answer: nearer contacts, and the value that the node holds. */
export interface Answer {
  contacts?: Contact[];
  found?: Omit<Found, 'contact'>;
}

export interface LookupInit {
  target: NodeId;
  own: NodeId;
  /** Where to begin. */
  seeds: Contact[];
  /** Request payload, the same for every node asked; a question is put to each as it understands it. */
  request: Uint8Array | Question;
  /** Payload that asks for the nodes near another target. */
  payloadFor: (target: NodeId) => Uint8Array;
  /** @returns undefined when the answer does not fit the request */
  decode: (bytes: Uint8Array) => Answer | undefined;
  k: number;
  /** Contacts that an answer has room for. */
  room: number;
  alpha: number;
  /** Nearest nodes that must have answered for what is found to count, or values found; Infinity = walk to the end. */
  quorum: number;
  refresh: boolean;
  nowMs: () => number;
  /** Whether a node has just left a request unanswered: it is asked only when there is nobody else. */
  isSilent: (contact: Contact) => boolean;
  /** Called with every node that answered and every one that did not. */
  onAnswer: (contact: Contact) => void;
  onFailure: (contact: Contact) => void;
  /** Called when the own id is named, at whatever place. */
  onOwnId: (contact: Contact) => void;
  onDone: (result: LookupResult) => void;
}

type State = 'new' | 'avoided' | 'asked' | 'slow' | 'answered' | 'failed';

interface Candidate {
  contact: Contact;
  state: State;
  hop: number;
  /** Whom it has named; undefined until it answers. */
  named?: Contact[];
  /** How it was asked. */
  phrased?: Phrased;
  /** It answered the request of the Python package, not ours. */
  isPlain?: boolean;
  /** Its id was also named at another address: it may have moved. */
  elsewhere?: Contact;
}

/** Datagrams for one request: it and one retry. */
const ATTEMPTS = 2;
/** Contacts that any node names in an answer, whatever its K. */
const NAMED = 20;
/** Nodes that are asked for each part of what answers had no room for. */
const ASKED_EACH = 2;
/** Candidates kept beyond K, to step in for those that fail. */
const SPARE_FACTOR = 5;
/** Requests of a walk at most, in multiples of K, where nodes may not know what they are asked. */
const REQUESTS_FACTOR = 8;

/**
 * One iterative walk towards a target.
 *
 * Keeps alpha requests in flight; a slow node gives its place up but is still waited for. When answers
 * stop coming nearer, all of the K nearest are asked at once. Ends when the K nearest that are alive
 * have all answered. Source: Maymounkov & Mazières 2002, section 2.3.
 */
export class Lookup implements CallHandler {
  readonly #init: LookupInit;
  readonly #rpc: Rpc;
  readonly #startedAtMs: number;
  readonly #candidates: Candidate[] = [];
  readonly #asked: Candidate[] = [];
  readonly #found: Found[] = [];
  #active = 0;
  #answersWithoutGain = 0;
  #failures = 0;
  #lastChance = false;
  /** Who was asked for what answers had no room for, by the id that was asked for. */
  readonly #askedFor = new Map<string, Set<Candidate>>();
  #done = false;

  constructor(rpc: Rpc, init: LookupInit) {
    this.#rpc = rpc;
    this.#init = init;
    this.#startedAtMs = init.nowMs();
    for (const contact of init.seeds) this.#insert(contact, 1);
  }

  start(): void {
    this.#advance();
  }

  /** Ends the walk with what it has. */
  stop(): void {
    this.#finish();
  }

  answered(call: Call, bytes: Uint8Array): boolean {
    const answer = this.#init.decode(bytes);
    if (answer === undefined) return false;
    const candidate = this.#asked[call.tag] as Candidate;
    if (candidate.state === 'asked') this.#active--;
    candidate.state = 'answered';
    this.#learnKind(candidate, call);
    candidate.named = [...(candidate.named ?? []), ...(answer.contacts ?? [])];
    this.#init.onAnswer(candidate.contact);
    if (this.#done) return true;
    if (answer.found) this.#found.push({ contact: candidate.contact, ...answer.found });
    const nearest = this.#candidates[0];
    for (const contact of answer.contacts ?? []) this.#insert(contact, candidate.hop + 1);
    this.#answersWithoutGain = this.#candidates[0] === nearest ? this.#answersWithoutGain + 1 : 0;
    if (this.#hasEnough()) this.#finish();
    else this.#advance();
    return true;
  }

  slow(call: Call): void {
    const candidate = this.#asked[call.tag] as Candidate;
    if (candidate.state !== 'asked') return;
    candidate.state = 'slow';
    this.#active--;
    if (!this.#done) this.#advance();
  }

  failed(call: Call): void {
    const candidate = this.#asked[call.tag] as Candidate;
    if (candidate.state === 'asked') this.#active--;
    this.#failures++;
    if (candidate.phrased) doubtKind(candidate.contact);
    this.#init.onFailure(candidate.contact);
    // One that answered before is alive: only a datagram was lost.
    const hasAnswered = candidate.named !== undefined;
    candidate.state = hasAnswered ? 'answered' : 'failed';
    if (this.#done) return;
    if (!hasAnswered) this.#turnElsewhere(candidate);
    this.#advance();
  }

  /** Nodes without versions are asked when they belong to the K nearest, and do not take the place of one with them. */
  #counts({ contact, isPlain }: Candidate): boolean {
    return !isQuestion(this.#init.request) || !(isPlain || contact.kind === 'legacy');
  }

  #learnKind(candidate: Candidate, call: Call): void {
    const { request } = this.#init;
    const { contact, phrased } = candidate;
    if (!phrased || !isQuestion(request)) return;
    candidate.isPlain = !learnKind(contact, phrased, request, call.answeredAttempt);
  }

  /** True when the nearest nodes have answered and one of them holds a value. */
  #hasEnough(): boolean {
    const { quorum, request } = this.#init;
    if (this.#found.length === 0 || quorum === Number.POSITIVE_INFINITY) return false;
    if (!isQuestion(request)) return this.#found.length >= quorum;
    let answered = 0;
    for (const candidate of this.#candidates) {
      if (candidate.state === 'failed' || candidate.state === 'avoided' || candidate.state === 'slow')
        continue;
      if (!this.#counts(candidate)) continue;
      if (candidate.state !== 'answered') return false;
      if (++answered >= quorum) break;
    }
    return this.#found.length >= quorum || this.#found.some(({ version }) => version);
  }

  /** A node that does not answer where it was looked for may do so where else it was named. */
  #turnElsewhere(candidate: Candidate): void {
    const { contact, elsewhere, hop } = candidate;
    if (!elsewhere || elsewhere.same(contact)) return;
    const index = this.#candidates.indexOf(candidate);
    const state = this.#init.isSilent(elsewhere) ? 'avoided' : 'new';
    // Only once: `elsewhere` stays, so that it is not turned back.
    if (index >= 0) this.#candidates[index] = { contact: elsewhere, state, hop, elsewhere };
  }

  /** The id of a candidate was named at another address. */
  #nameElsewhere(candidate: Candidate, contact: Contact): void {
    if (candidate.elsewhere || candidate.contact.same(contact)) return;
    candidate.elsewhere = contact;
    if (candidate.state === 'failed' || candidate.state === 'avoided') this.#turnElsewhere(candidate);
  }

  #insert(contact: Contact, hop: number): void {
    const { target, own, k } = this.#init;
    if (contact.id.equals(own)) {
      this.#init.onOwnId(contact);
      return;
    }
    const list = this.#candidates;
    const limit = Math.max(k, NAMED) * SPARE_FACTOR * (isQuestion(this.#init.request) ? 2 : 1);
    let low = 0;
    let high = list.length;
    if (high >= limit) {
      if (compareDistance(target, contact.id, (list[high - 1] as Candidate).contact.id) >= 0) return;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareDistance(target, contact.id, (list[middle] as Candidate).contact.id);
      if (order === 0) {
        this.#nameElsewhere(list[middle] as Candidate, contact);
        return;
      }
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    list.splice(low, 0, { contact, state: this.#init.isSilent(contact) ? 'avoided' : 'new', hop });
    // A candidate that was asked already must stay: its call refers to it, and it may be among the nearest again.
    if (list.length > limit && !wasAsked(list.at(-1) as Candidate)) list.pop();
  }

  #advance(): void {
    const { k, alpha } = this.#init;
    const limit = this.#answersWithoutGain >= alpha ? k : alpha;
    let considered = 0;
    let rank = 0;
    let open = false;
    const isSpent = isQuestion(this.#init.request) && this.#asked.length >= k * REQUESTS_FACTOR;
    for (let i = 0; i < this.#candidates.length && considered < k; i++) {
      const candidate = this.#candidates[i] as Candidate;
      if (candidate.state === 'failed' || candidate.state === 'avoided') continue;
      const counts = this.#counts(candidate);
      if (++rank > k && !counts) continue;
      if (counts) considered++;
      if (candidate.state === 'answered' || (isSpent && candidate.state === 'new')) continue;
      open = true;
      if (candidate.state !== 'new') continue;
      if (this.#active >= limit) break;
      this.#ask(candidate);
      if (this.#done) return;
    }
    if (!open && !this.#askAvoided(considered) && !this.#askUnnamed() && !this.#askLostOnes())
      this.#finish(true);
  }

  /** Those that were silent a moment ago, where the others are fewer than K. @returns whether any was asked */
  #askAvoided(answered: number): boolean {
    if (answered >= this.#init.k) return false;
    const avoided = this.#candidates.filter((candidate) => candidate.state === 'avoided');
    for (const candidate of avoided) this.#ask(candidate);
    return avoided.length > 0;
  }

  /** Asks for what answers had no room for, each time those that are nearest to it. @returns whether any was asked */
  #askUnnamed(): boolean {
    const { k, room, target, payloadFor } = this.#init;
    const answered = this.#candidates.filter((each) => each.state === 'answered' && this.#counts(each));
    const farthest = answered[k - 1];
    // All that is nearer was named.
    if (farthest && this.#candidates.indexOf(farthest) < room) return false;
    const ids = this.#candidates.map(({ contact }) => contact.id);
    const wanted = unnamedNear(target, ids, room, farthest?.contact.id);
    let isAsking = false;
    for (const id of wanted) {
      const asked = this.#askedFor.get(id.hex) ?? new Set();
      this.#askedFor.set(id.hex, asked);
      answered.sort((a, b) => compareDistance(id, a.contact.id, b.contact.id));
      for (const candidate of answered.slice(0, ASKED_EACH)) {
        if (asked.has(candidate)) continue;
        asked.add(candidate);
        this.#ask(candidate, ATTEMPTS, payloadFor(id));
        isAsking = true;
      }
    }
    return isAsking;
  }

  /** Where datagrams get lost or answers come late, the K nearest that failed are asked once more. @returns whether any was */
  #askLostOnes(): boolean {
    if (this.#lastChance || !this.#rpc.unreliable) return false;
    this.#lastChance = true;
    let answered = 0;
    const lost: Candidate[] = [];
    for (const candidate of this.#candidates) {
      if (answered >= this.#init.k) break;
      if (candidate.state === 'answered') answered++;
      else if (candidate.state === 'failed') lost.push(candidate);
    }
    for (const candidate of lost) this.#ask(candidate, 1);
    return lost.length > 0;
  }

  #ask(candidate: Candidate, attempts = ATTEMPTS, other?: Uint8Array): void {
    const { refresh, request } = this.#init;
    candidate.state = 'asked';
    this.#active++;
    const tag = this.#asked.push(candidate) - 1;
    const phrased = other || !isQuestion(request) ? undefined : phrase(candidate.contact, request);
    if (phrased) candidate.phrased = phrased;
    else delete candidate.phrased;
    const payload = other ?? phrased?.payload ?? (request as Uint8Array);
    const fallback = phrased?.fallback;
    this.#rpc.call(candidate.contact, payload, this, {
      attempts: fallback ? attempts + 1 : attempts,
      refresh,
      tag,
      fallback,
    });
  }

  #finish(complete = false): void {
    if (this.#done) return;
    this.#done = true;
    const { k, target, nowMs, onDone } = this.#init;
    const allAnswered = this.#candidates.filter((candidate) => candidate.state === 'answered');
    const answered = allAnswered.slice(0, k);
    const own = allAnswered.filter((candidate) => this.#counts(candidate)).slice(0, k);
    const found = [...this.#found].sort((a, b) => compareDistance(target, a.contact.id, b.contact.id));
    onDone({
      contacts: answered.map((candidate) => candidate.contact),
      found,
      own: own.map((candidate) => candidate.contact),
      missed: this.#hasMissed(own, k),
      hops: answered[0]?.hop ?? 0,
      requests: this.#asked.length,
      failures: this.#failures,
      durationMs: nowMs() - this.#startedAtMs,
      k,
      complete,
      known: this.#candidates
        .filter(({ state }) => state !== 'failed' && state !== 'avoided')
        .slice(0, Math.max(k, NAMED))
        .map((candidate) => candidate.contact),
      misled: this.#failures > 0 ? this.#misled() : [],
    });
  }

  #hasMissed(found: Candidate[], k: number): boolean {
    const end =
      found.length < k ? this.#candidates.length : this.#candidates.indexOf(found.at(-1) as Candidate);
    return this.#candidates
      .slice(0, end)
      .some((candidate) => candidate.state !== 'answered' && this.#counts(candidate));
  }

  #misled(): LookupResult['misled'] {
    const failed = this.#asked.filter((candidate) => candidate.state === 'failed');
    const silent = new Set(failed.map((candidate) => candidate.contact.id.w0));
    return [...new Set(this.#asked)].flatMap(({ contact, named = [] }) => {
      const misleading = named.filter((other) => silent.has(other.id.w0));
      return misleading.length > 0 ? [{ by: contact, silent: misleading }] : [];
    });
  }
}

function isQuestion(request: Uint8Array | Question): request is Question {
  return !(request instanceof Uint8Array);
}

function wasAsked({ state }: Candidate): boolean {
  return state !== 'new' && state !== 'avoided';
}
