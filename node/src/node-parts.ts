import { Tuner } from './adaptive/tuner.js';
import { Discovery } from './discovery/discovery.js';
import { HealthMonitor } from './health/monitor.js';
import type { NodePart, PartContext } from './node-part.js';
import { Refresh } from './refresh/refresh.js';

/** The features of a node. */
export interface NodeParts {
  /** In the order in which they start. */
  all: NodePart[];
  discovery: Discovery;
}

export function createParts(context: PartContext): NodeParts {
  const tuner = new Tuner(context);
  const health = new HealthMonitor(context);
  const refresh = new Refresh(context, () => tuner.row.refreshSeconds);
  const discovery = new Discovery(
    context,
    (contact) => (health.registry.statusOf(contact) ?? 'healthy') === 'healthy',
  );
  return { all: [tuner, health, refresh, discovery], discovery };
}
