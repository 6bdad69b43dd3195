import type { NodeId } from '../id.js';
import type { Storage } from '../storage.js';
import { type ContactsComponents, findNodeHandler } from './find-node.js';
import { findValueHandler } from './find-value.js';
import { leaveHandler } from './leave.js';
import { pingHandler } from './ping.js';
import { replicateHandler } from './replicate.js';
import type { Incoming, RequestHandler } from './request-handler.js';
import { silentHandler } from './silent.js';
import { storeHandler } from './store.js';
import { stunHandler } from './stun.js';

export interface HandlerComponents extends ContactsComponents {
  id: NodeId;
  storage: Storage;
  onLeave: (incoming: Incoming) => void;
  /** Told of nodes that did not answer the sender, which this node has named to it. */
  onSilent: (ids: NodeId[]) => void;
}

/** Handlers of the requests of the Python package; with `extensions` of ours too. Source: facts of the wire format. */
export function createHandlers(components: HandlerComponents, extensions: boolean): RequestHandler[] {
  const { id, storage, onLeave, onSilent } = components;
  const shared = [
    pingHandler(id),
    stunHandler,
    findNodeHandler(components),
    findValueHandler(components),
    storeHandler(id, storage),
  ];
  if (!extensions) return shared;
  return [...shared, replicateHandler(storage), leaveHandler(onLeave), silentHandler(onSilent)];
}
