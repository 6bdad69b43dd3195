import type { NodeId } from '../id.js';
import { type ContactsComponents, findNodeHandler } from './find-node.js';
import { findValueHandler } from './find-value.js';
import { findValueOfOursHandler, findVersionHandler } from './held.js';
import { leaveHandler } from './leave.js';
import { pingHandler } from './ping.js';
import type { Incoming, RequestHandler } from './request-handler.js';
import { silentHandler } from './silent.js';
import { type StoreComponents, storeHandler } from './store.js';
import { type StoreVersionComponents, storeVersionHandler } from './store-version.js';
import { stunHandler } from './stun.js';

export interface HandlerComponents
  extends ContactsComponents,
    Omit<StoreComponents, 'hasVersions'>,
    StoreVersionComponents {
  onLeave: (incoming: Incoming) => void;
  /** Called with the nodes that did not answer the sender, which this node has named to it. */
  onSilent: (ids: NodeId[]) => void;
}

/** Handlers of the requests of the Python package; with `extensions` of ours too. Source: facts of the wire format. */
export function createHandlers(components: HandlerComponents, extensions: boolean): RequestHandler[] {
  const { id, onLeave, onSilent } = components;
  const shared = [
    pingHandler(id),
    stunHandler,
    findNodeHandler(components),
    findValueHandler(components),
    storeHandler({ ...components, hasVersions: extensions }),
  ];
  if (!extensions) return shared;
  return [
    ...shared,
    storeVersionHandler(components),
    findVersionHandler(components),
    findValueOfOursHandler(components),
    leaveHandler(onLeave),
    silentHandler(onSilent),
  ];
}
