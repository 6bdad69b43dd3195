import { Tuner } from './adaptive/tuner.js';
import { HealthMonitor } from './health/monitor.js';
import type { NodePart, PartContext } from './node-part.js';
import { Refresh } from './refresh/refresh.js';

/** The features of a node, in the order in which they start. */
export function createParts(context: PartContext): NodePart[] {
  const tuner = new Tuner(context);
  return [tuner, new HealthMonitor(context), new Refresh(context, () => tuner.row.refreshSeconds)];
}
