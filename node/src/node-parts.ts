import type { NodePart, PartContext } from './node-part.js';
import { Maintenance } from './refresh/maintenance.js';

/** The features of a node, in the order in which they start. */
export function createParts(context: PartContext): NodePart[] {
  return [new Maintenance(context)];
}
