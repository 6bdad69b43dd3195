import * as z from 'zod/mini';
import type {
  DiscoveryRequest,
  LookupRequest,
  ReachabilityRequest,
  RoutingRequest,
  StoreRequest,
} from '../control/api.js';
import { faultRequestSchema } from '../control/faults-schema.js';
import type { NetworkShutdown } from '../control/host-api.js';
import { HttpError } from '../control/http-error.js';
import { type Call, Reply, type Route, TAKEN } from '../control/http-server.js';
import { metricsRoute } from '../control/metrics-route.js';
import { parseBody } from '../control/validate.js';
import { discoverySchema, tierSchema } from '../host/host-schema.js';
import { settingsRequestSchema } from '../host/settings-schema.js';
import type { CoordinatorSpec } from '../host/spec.js';
import { coordinatorSpecSchema } from './coordinator-schema.js';
import { keyValueRoutes } from './key-values.js';
import { measureRoutes } from './measure-routes.js';
import type { Network } from './network.js';
import { hostReportSchema } from './report-schema.js';
import { shutDownHosts } from './shutdown.js';

export interface CoordinatorRoutesInit {
  network: Network;
  spec: CoordinatorSpec;
  /** Told to end the process, after the answer. */
  onShutdown: () => void;
}

/** A report of a thousand nodes and more. */
const REPORT_LIMIT_BYTES = 4 << 20;
const NODE_VERBS = ['leave', 'crash', 'restart'];

const shutdownBody = z.optional(
  z.object({
    tiers: z.optional(z.array(tierSchema)),
    hosts: z.optional(z.array(z.string())),
    goodbye: z.optional(z.boolean()),
  }),
);

/** The coordinator's API. */
export function coordinatorRoutes({ network, spec, onShutdown }: CoordinatorRoutesInit): Route[] {
  const { registry, readiness } = network;
  const isReady = () => readiness.state === 'ready';

  return [
    { method: 'GET', path: '/healthz', open: true, handle: () => ({ status: 'up' }) },
    {
      method: 'GET',
      path: '/readyz',
      open: true,
      handle: () => Reply.json(isReady() ? 200 : 503, { ready: isReady(), state: readiness.state }),
    },
    metricsRoute(
      () => network.settings.performance_monitoring_enabled,
      async () => (await import('./network-metrics.js')).createNetworkMetrics(network, spec.network),
    ),
    {
      method: 'POST',
      path: '/v1/hosts',
      bodyLimitBytes: REPORT_LIMIT_BYTES,
      handle: ({ body, request }) => network.report(parseBody(hostReportSchema, body), request.socket),
    },
    {
      method: 'DELETE',
      path: '/v1/hosts/:name',
      handle: ({ params }) => registry.remove(params.name ?? ''),
    },
    {
      method: 'PUT',
      path: '/v1/hosts/:name/spec',
      handle: ({ params, body, signal }) => network.changeHost(params.name ?? '', body, signal),
    },
    {
      method: 'GET',
      path: '/v1/network',
      handle: ({ query }) => network.view(query.nodes !== 'false'),
    },
    {
      method: 'GET',
      path: '/v1/events',
      handle: ({ response }) => {
        network.events.add(response);
        return TAKEN;
      },
    },
    {
      method: 'PUT',
      path: '/v1/spec',
      handle: async ({ body }) => {
        network.update(parseBody(coordinatorSpecSchema as z.ZodMiniType<CoordinatorSpec>, body));
        return network.view(false);
      },
    },
    {
      method: 'PUT',
      path: '/v1/settings',
      handle: ({ body }) => network.liveSettings.change(parseBody(settingsRequestSchema, body)),
    },
    { method: 'GET', path: '/v1/settings', handle: ({ signal }) => network.liveSettings.view(signal) },
    {
      method: 'PUT',
      path: '/v1/faults',
      bodyLimitBytes: REPORT_LIMIT_BYTES,
      handle: ({ body }) => network.faults.put(parseBody(faultRequestSchema, body)),
    },
    { method: 'GET', path: '/v1/faults', handle: () => ({ faults: network.faults.list() }) },
    {
      method: 'GET',
      path: '/v1/faults/:id',
      handle: ({ params, signal }) => network.faults.view(params.id ?? '', signal),
    },
    { method: 'DELETE', path: '/v1/faults', handle: () => network.faults.lift() },
    { method: 'DELETE', path: '/v1/faults/:id', handle: ({ params }) => network.faults.lift(params.id) },
    {
      method: 'POST',
      path: '/v1/shutdown',
      handle: async ({ body, response }) => {
        const shutdown = parseBody(shutdownBody as z.ZodMiniType<NetworkShutdown | undefined>, body) ?? {};
        const answer = await shutDownHosts(network, shutdown);
        if (!shutdown.tiers && !shutdown.hosts) response.once('close', onShutdown);
        return answer;
      },
    },
    ...NODE_VERBS.map((verb) => nodeRoute(network, verb)),
    ...measureRoutes(network, {
      discovery: (body) => parseBody<DiscoveryRequest>(discoverySchema, body ?? {}),
      lookup: (body) => parseBody<LookupRequest>(lookupBody, body ?? {}),
      store: (body) => parseBody<StoreRequest>(storeBody, body ?? {}),
      reachability: (body) => (body === undefined ? undefined : parseBody(reachabilityBody, body)),
      routing: (body) => parseBody<RoutingRequest>(routingBody, body ?? { groups: [] }),
    }),
    ...keyValueRoutes(network),
  ];
}

const count = z.optional(z.int().check(z.gte(1), z.lte(10_000)));
const concurrency = z.optional(z.int().check(z.gte(1), z.lte(1024)));
const seed = z.optional(z.int());
const names = z.array(z.string()).check(z.minLength(1));
const among = z.optional(names);
const lookupBody = z.object({
  count,
  concurrency,
  overSeconds: z.optional(z.number().check(z.gte(0), z.lte(60))),
  seed,
  among,
  by: among,
}) as z.ZodMiniType<LookupRequest>;
const storeBody = z.object({ count, concurrency, seed, among }) as z.ZodMiniType<StoreRequest>;
const groups = z.object({ groups: z.array(names) });
const reachabilityBody = groups as z.ZodMiniType<ReachabilityRequest>;
const routingBody = groups as z.ZodMiniType<RoutingRequest>;

/** `POST /v1/nodes/:id/…`: a node by its name or its id. */
function nodeRoute({ registry, fanOut }: Network, verb: string): Route {
  return {
    method: 'POST',
    path: `/v1/nodes/:id/${verb}`,
    handle: ({ params, signal }: Call) => {
      const { id = '' } = params;
      for (const host of registry.hosts) {
        const node = host.nodes.find((each) => each.name === id || each.id === id);
        if (node)
          return fanOut.call(host.name, 'POST', `/v1/nodes/${encodeURIComponent(node.name)}/${verb}`, {
            signal,
          });
      }
      throw new HttpError(404, `No node "${id}" in this network`);
    },
  };
}
