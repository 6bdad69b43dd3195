import { responseTo } from '../../wire/datagram.js';
import { pack } from '../../wire/message-pack.js';
import type { RequestHandler } from './request-handler.js';

/** Says from which address and port the request came. */
export const stunHandler: RequestHandler = {
  name: 'stun',
  needsSender: false,
  handle: ({ bytes, address, port }) => responseTo(bytes, pack([address, port])),
};
