import { unpackAll } from '../../wire/message-pack.js';
import { ID_BYTES, NodeId } from '../id.js';
import type { RequestHandler } from './request-handler.js';

/** Name of the request: "You have named these to me, and they do not answer". It is not answered itself. */
export const SILENT = 'cqkd_silent';
/** Ids in such a request at most. */
export const MAX_SILENT = 14;

/** Learns which of the nodes that it has named do not answer. */
export function silentHandler(onSilent: (ids: NodeId[]) => void): RequestHandler {
  return {
    name: SILENT,
    needsSender: true,
    handle: ({ key, rest }) => {
      const others = rest.length === 0 ? [] : unpackAll(rest);
      if (!key || !others?.every(isId)) return undefined;
      onSilent([key, ...others.map((bytes) => new NodeId(bytes))]);
      return null;
    },
  };
}

function isId(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === ID_BYTES;
}
