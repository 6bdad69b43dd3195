import type { NodePart, PartContext } from './node-part.js';
import { Refresh } from './refresh/refresh.js';

/** The features of a node, in the order in which they start. */
export function createParts(context: PartContext): NodePart[] {
  return [new Refresh(context)];
}
