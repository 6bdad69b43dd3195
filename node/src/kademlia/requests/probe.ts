import { pack } from '../../wire/message-pack.js';
import type { NodeId } from '../id.js';

/** What a health check stores on a node, and takes back by a `store` of nil. MessagePack. */
export function probeValue(by: NodeId, at: NodeId): Uint8Array {
  return pack(`${by.hex}:${at.hex}`);
}
