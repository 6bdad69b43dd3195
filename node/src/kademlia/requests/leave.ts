import { responseTo } from '../../wire/datagram.js';
import { pack } from '../../wire/message-pack.js';
import type { Incoming, RequestHandler } from './request-handler.js';

/** Name of the request: "I am leaving". Python nodes leave it unanswered. */
export const LEAVE = 'cqkd_leave';

const TRUE = pack(true);

/** Takes note of nodes that say goodbye. */
export function leaveHandler(onLeave: (incoming: Incoming) => void): RequestHandler {
  return {
    name: LEAVE,
    needsSender: true,
    handle: (incoming) => {
      onLeave(incoming);
      incoming.learnSender = false;
      return responseTo(incoming.bytes, TRUE);
    },
  };
}
