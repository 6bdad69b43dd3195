import { Reply, type Route } from './http-server.js';
import type { MetricSet } from './metric-set.js';

/**
 * `GET /metrics`.
 *
 * @param isMonitored whether there are gauges as well as counters; it may change at any time
 * @param create makes the metrics; called for the first scrape, and again when `isMonitored` has changed
 */
export function metricsRoute(isMonitored: () => boolean, create: () => Promise<MetricSet>): Route {
  let made: { monitored: boolean; metrics: MetricSet } | undefined;
  return {
    method: 'GET',
    path: '/metrics',
    handle: async () => {
      const monitored = isMonitored();
      if (made?.monitored !== monitored) made = { monitored, metrics: await create() };
      return new Reply(200, await made.metrics.text(), made.metrics.contentType);
    },
  };
}
