import { responseTo } from '../../wire/datagram.js';
import { isStorable, pack, unpack } from '../../wire/message-pack.js';
import type { NodeId } from '../id.js';
import type { Storage } from '../values/storage.js';
import { probeValue } from './probe.js';
import type { Incoming, RequestHandler } from './request-handler.js';

const TRUE = pack(true);
const FALSE = pack(false);
const NIL = 0xc0;

export interface StoreComponents {
  id: NodeId;
  storage: Storage;
  /** Whether values have versions here; else the last one that comes stays, as in the Python package. */
  hasVersions: boolean;
  /** Called with the key of each value that has no version yet. */
  onUnversioned: (key: NodeId) => void;
}

/**
 * Keeps a value.
 *
 * What no store holds (nil, a list, a map, an extension, text that is no UTF-8) is refused with an answer: a sender without one takes the
 * node for dead.
 */
export function storeHandler(components: StoreComponents): RequestHandler {
  return {
    name: 'store',
    needsSender: true,
    handle: (incoming) => {
      const { key, rest } = incoming;
      if (takesProbeBack(incoming, components)) return answerTo(incoming, true);
      const decoded = unpack(rest);
      if (!key || decoded === undefined) return undefined;
      return answerTo(incoming, isStorable(decoded, rest) && keep(incoming, key, components));
    },
  };
}

/** The answer true or false. */
export function answerTo({ bytes }: Incoming, answer: boolean): Uint8Array {
  return responseTo(bytes, answer ? TRUE : FALSE);
}

function keep({ sender, rest, address: from }: Incoming, key: NodeId, components: StoreComponents): boolean {
  const { id, storage, hasVersions, onUnversioned } = components;
  const bytes = rest.slice();
  if (!hasVersions) return storage.setPlain(key, bytes, from);
  const isProbe = sender !== undefined && Buffer.compare(bytes, probeValue(sender, id)) === 0;
  const offered = storage.offerPlain(key, bytes, { from, isProbe });
  if (offered === 'unknown' && !isProbe) onUnversioned(key);
  return offered === 'same' || offered === 'unknown';
}

/** A `store` of nil drops what the sender's own health check has left; nothing else can be deleted by it. */
function takesProbeBack({ key, sender, rest }: Incoming, { id, storage }: StoreComponents): boolean {
  if (rest[0] !== NIL || !key || !sender) return false;
  const probe = probeValue(sender, id);
  if (storage.dropUnversioned(key, probe)) return true;
  const stored = storage.get(key);
  return stored !== undefined && Buffer.compare(stored.bytes, probe) === 0 && storage.delete(key);
}
