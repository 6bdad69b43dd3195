import type {
  DiscoveryRequest,
  LookupRequest,
  ReachabilityRequest,
  RoutingRequest,
  StoreRequest,
} from '../control/api.js';
import type { Route } from '../control/http-server.js';
import { measureDiscovery } from './measure/discovery.js';
import { measureHealth } from './measure/health.js';
import { measureLookup } from './measure/lookup.js';
import { measureReachability } from './measure/reachability.js';
import { measureRouting } from './measure/routing.js';
import { measureStore } from './measure/store.js';
import type { Network } from './network.js';

export interface MeasureBodies {
  discovery: (body: unknown) => DiscoveryRequest;
  lookup: (body: unknown) => LookupRequest;
  store: (body: unknown) => StoreRequest;
  reachability: (body: unknown) => ReachabilityRequest | undefined;
  routing: (body: unknown) => RoutingRequest;
}

/** The measurements, one at a time: two at once would measure each other. */
export function measureRoutes(network: Network, bodies: MeasureBodies): Route[] {
  let last: Promise<unknown> = Promise.resolve();
  const route = (kind: string, measure: (body: unknown, signal: AbortSignal) => Promise<unknown>): Route => ({
    method: 'POST',
    path: `/v1/measure/${kind}`,
    handle: ({ body, signal }) => {
      const mine = last.then(() => {
        signal.throwIfAborted();
        // So that the view tells the delay of the event loop since this measurement began.
        network.load.resetDelay();
        return measure(body, signal);
      });
      last = mine.catch(() => {});
      return mine;
    },
  });
  return [
    route('discovery', (body, signal) => measureDiscovery(network, bodies.discovery(body), signal)),
    route('health', (_body, signal) => measureHealth(network, signal)),
    route('lookup', (body, signal) => measureLookup(network, bodies.lookup(body), signal)),
    route('store', (body, signal) => measureStore(network, bodies.store(body), signal)),
    route('reachability', (body, signal) => measureReachability(network, bodies.reachability(body), signal)),
    route('routing', (body, signal) => measureRouting(network, bodies.routing(body), signal)),
  ];
}
