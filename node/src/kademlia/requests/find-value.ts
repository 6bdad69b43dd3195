import { responseTo } from '../../wire/datagram.js';
import { encodeValuePayload } from '../../wire/find-value.js';
import type { Storage } from '../values/storage.js';
import { type ContactsComponents, contactsFor } from './find-node.js';
import type { RequestHandler } from './request-handler.js';

/** Gives the value of a key, or names the contacts nearest to it. */
export function findValueHandler(components: ContactsComponents & { storage: Storage }): RequestHandler {
  return {
    name: 'find_value',
    needsSender: true,
    handle: (incoming) => {
      const value = incoming.key && components.storage.plain(incoming.key);
      if (!value) return contactsFor(incoming, components);
      return responseTo(incoming.bytes, encodeValuePayload(value));
    },
  };
}
