import { pack } from '../../wire/message-pack.js';
import type { NodeId } from '../id.js';

/** MessagePack of the value that a health check stores on a node, and takes back by a `store` of nil. */
export function probeValue(by: NodeId, at: NodeId): Uint8Array {
  return pack(`${by.hex}:${at.hex}`);
}
