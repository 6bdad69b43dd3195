import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import { pause } from '../kademlia/pause.js';
import type { Peer } from '../wire/rpc.js';

/** A check that nobody answered within it has failed, however long the node waits for other answers. */
const CHECK_MS = 800;
/** Datagrams of one check: where one in ten is lost, three checks in a row hardly ever fail. */
const ATTEMPTS = 2;
/** A node whose waits are longer sends the second datagram of a check after this. */
const AGAIN_MS = 400;
/** Between two checks in a row: three of them outlast a busy moment of a living node, and end within 2 s. */
const PROBE_GAP_MS = 600;

/** Sends one request, twice if need be, and waits for its answer, for a moment at most. */
export function check(node: KademliaNode, peer: Peer, payload: Uint8Array): Promise<Uint8Array | undefined> {
  if (node.parameters.adaptiveWait && node.waitMs <= AGAIN_MS)
    return within(node, node.request(peer, payload, ATTEMPTS));
  const { clock } = node.parts;
  return new Promise((resolve) => {
    const answered = (answer: Uint8Array | undefined) => {
      if (!answer && !node.closed) return;
      clock.clearTimeout(timer);
      resolve(answer);
    };
    // A second datagram within the check: one that comes after the node's own wait is too late.
    let timer = clock.setTimeout(() => {
      timer = clock.setTimeout(() => resolve(undefined), CHECK_MS - AGAIN_MS);
      void node.request(peer, payload, 1).then(answered);
    }, AGAIN_MS);
    void node.request(peer, payload, 1).then(answered);
  });
}

/** Sends one ping, to whoever listens there, and waits for a moment at most. */
export function checkPing(node: KademliaNode, { address, port }: Peer): Promise<Contact | undefined> {
  return within(node, node.contactAt(address, port, 1));
}

function within<T>(node: KademliaNode, answered: Promise<T | undefined>): Promise<T | undefined> {
  // The second datagram is waited for twice as long.
  if (3 * node.waitMs <= CHECK_MS) return answered;
  const { clock } = node.parts;
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => resolve(undefined), CHECK_MS);
    void answered.then((answer) => {
      clock.clearTimeout(timer);
      resolve(answer);
    });
  });
}

/**
 * Checks a node; one that does not answer is checked again at once, and again.
 *
 * @param threshold checks in a row before it counts as dead
 * @param failed told of each check that failed
 * @returns its answer; undefined when all checks failed
 */
export async function checkInsistently(
  node: KademliaNode,
  peer: Peer,
  payload: Uint8Array,
  threshold: number,
  signal: AbortSignal,
  failed: () => void = () => {},
): Promise<Uint8Array | undefined> {
  const { clock } = node.parts;
  for (let number = 1; !signal.aborted; number++) {
    const sentAtMs = clock.now();
    const answer = await check(node, peer, payload);
    if (answer) return answer;
    if (signal.aborted) break;
    failed();
    if (number >= threshold) break;
    await pause(clock, Math.max(0, sentAtMs + PROBE_GAP_MS - clock.now()), signal);
  }
  return undefined;
}
