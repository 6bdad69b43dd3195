import { responseTo } from '../../wire/datagram.js';
import { pack } from '../../wire/message-pack.js';
import type { NodeId } from '../id.js';
import type { RequestHandler } from './request-handler.js';

/** Says who listens here. */
export function pingHandler(id: NodeId): RequestHandler {
  const ownId = pack(id.bytes);
  return { name: 'ping', needsSender: true, handle: ({ bytes }) => responseTo(bytes, ownId) };
}
