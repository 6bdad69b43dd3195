import type { Contact } from '../kademlia/contact.js';
import { ID_BYTES, NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { HEADER_BYTES, responseTo } from '../wire/datagram.js';
import { pack, unpack, unpackAll } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';
import { pause } from './pause.js';

/** Our own request: a node asks a bootstrap node to be its entry point. */
export const ATTACH = 'cqkd_attach';

/** Pause before a bootstrap node that did not answer, or has not joined yet itself, is asked again. */
const ASK_AGAIN_MS = 100;
/** A bootstrap node that answers is waited for until it has joined itself, for so long at most. */
const READY_TIMEOUT_MS = 180_000;
/** Requests to attach left unanswered before one that answers pings is taken for a legacy node. */
const ATTACH_SILENCES = 2;
const ADDRESS = /^(.+):(\d{1,5})$/;

export interface AttachTimes {
  /** For one candidate. Milliseconds. */
  connectionTimeoutMs: number;
  /** Before the second attempt; doubles with each further one. Milliseconds. */
  retryDelayMs: number;
  /** Attempts in all, each with the next candidate. */
  maxRetries: number;
}

/**
 * Lets others attach to a node.
 *
 * The request is `[id, region, network key]`, the answer `[own id, ready]`. While the node has not
 * joined itself it is not ready, and who asks asks again: nobody joins through a node that knows
 * nobody. A node of another network is refused (nil), or two networks whose ports meet would merge.
 */
export function serveAttach(node: KademliaNode, networkKey: string, isReady: () => boolean): void {
  const ownId = node.id.bytes;
  node.handle(ATTACH, {
    needsSender: true,
    handle: (incoming) => {
      const { bytes, rest } = incoming;
      const [region, key] = unpackAll(rest) ?? [];
      if (typeof region !== 'string' || typeof key !== 'string') return undefined;
      incoming.learnSender = key === networkKey;
      if (key !== networkKey) return responseTo(bytes, pack([ownId, null]));
      return responseTo(bytes, pack([ownId, isReady()]));
    },
  });
}

/**
 * Attaches to the first candidate that takes the node.
 *
 * A candidate that answers pings but not this request is a legacy node and serves as well.
 *
 * @param candidates `address:port`, in order of preference
 * @returns the bootstrap node; undefined when none answered in all attempts
 */
export async function attach(
  node: KademliaNode,
  self: { region: string; networkKey: string },
  candidates: readonly string[],
  times: AttachTimes,
  signal: AbortSignal,
): Promise<Contact | undefined> {
  const request = encodeRequest(ATTACH, node.id, Packed.of(self.region), Packed.of(self.networkKey));
  for (let attempt = 0; attempt < times.maxRetries && !signal.aborted; attempt++) {
    if (attempt > 0) await pause(node.parts.clock, times.retryDelayMs * 2 ** (attempt - 1), signal);
    const candidate = candidates[attempt % candidates.length];
    const contact =
      candidate && (await askUntil(node, request, candidate, times.connectionTimeoutMs, signal));
    if (contact) return contact;
  }
  return undefined;
}

async function askUntil(
  node: KademliaNode,
  request: Uint8Array,
  candidate: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Contact | undefined> {
  const { address, port } = parseAddress(candidate);
  const { clock, book } = node.parts;
  let endsAtMs = clock.now() + timeoutMs;
  const mostMs = clock.now() + READY_TIMEOUT_MS;
  let silent = node.extensions ? 0 : ATTACH_SILENCES;
  while (!signal.aborted && clock.now() < endsAtMs) {
    const answer = node.extensions ? await node.request({ address, port }, request, 1) : undefined;
    const parsed = answer && parseAnswer(answer);
    silent++;
    if (parsed?.ready) {
      const contact = book.get(parsed.id, address, port);
      node.see(contact);
      return contact;
    }
    if (parsed?.ready === null) return undefined;
    // It is alive and will be ready: that does not count against the connection time-out.
    if (parsed) endsAtMs = Math.min(clock.now() + timeoutMs, mostMs);
    else {
      const alive = await node.contactAt(address, port, 1);
      if (alive && silent >= ATTACH_SILENCES) return alive;
      if (alive) continue;
    }
    await pause(clock, ASK_AGAIN_MS, signal);
  }
  return undefined;
}

/** @returns ready: null = refused */
function parseAnswer(answer: Uint8Array): { id: NodeId; ready: boolean | null } | undefined {
  const parts = unpack(answer.subarray(HEADER_BYTES));
  if (!Array.isArray(parts)) return undefined;
  const [id, ready] = parts as [unknown, unknown];
  if (!(id instanceof Uint8Array) || id.length !== ID_BYTES) return undefined;
  return typeof ready === 'boolean' || ready === null ? { id: new NodeId(id), ready } : undefined;
}

/** Splits `address:port`. @throws RangeError when it is none */
export function parseAddress(text: string): { address: string; port: number } {
  const match = ADDRESS.exec(text);
  const port = Number(match?.[2]);
  if (!match?.[1] || port < 1 || port > 65_535)
    throw new RangeError(`Expected "address:port", got "${text}"`);
  return { address: match[1], port };
}
