import { responseTo } from '../../wire/datagram.js';
import { isStorable, pack, unpack } from '../../wire/message-pack.js';
import type { NodeId } from '../id.js';
import type { Storage } from '../storage.js';
import { probeValue } from './probe.js';
import type { Incoming, RequestHandler } from './request-handler.js';

const TRUE = pack(true);
const FALSE = pack(false);
const NIL = 0xc0;

/** Keeps a value. */
export function storeHandler(id: NodeId, storage: Storage): RequestHandler {
  return {
    name: 'store',
    needsSender: true,
    handle: (incoming) => {
      if (takesProbeBack(incoming, id, storage)) return responseTo(incoming.bytes, TRUE);
      return keep(incoming, incoming.rest, (key, value) => storage.set(key, value));
    },
  };
}

/**
 * Keeps the value of a request.
 *
 * What no store holds (nil, a list, a map, an extension, text that is no UTF-8) is refused with an answer: a sender without one takes the
 * node for dead.
 *
 * @param value MessagePack
 * @returns the answer, whether it was kept; undefined when there is no key, or the value is no MessagePack
 */
export function keep(
  { bytes, key }: Incoming,
  value: Uint8Array,
  store: (key: NodeId, value: Uint8Array) => boolean,
): Uint8Array | undefined {
  const decoded = unpack(value);
  if (!key || decoded === undefined) return undefined;
  return responseTo(bytes, isStorable(decoded, value) && store(key, value.slice()) ? TRUE : FALSE);
}

/** A `store` of nil drops what the sender's own health check has left; nothing else can be deleted by it. */
function takesProbeBack({ key, sender, rest }: Incoming, id: NodeId, storage: Storage): boolean {
  if (rest[0] !== NIL || !key || !sender) return false;
  const stored = storage.get(key);
  return (
    stored !== undefined && Buffer.compare(stored.bytes, probeValue(sender, id)) === 0 && storage.delete(key)
  );
}
