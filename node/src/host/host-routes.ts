import * as z from 'zod/mini';
import type { DiscoveryRequest } from '../control/api.js';
import { hostFaultSchema } from '../control/faults-schema.js';
import type { HostShutdown, LookupBatch, PingBatch, ValueBatch, ValueErasure } from '../control/host-api.js';
import { HttpError, messageOf } from '../control/http-error.js';
import { type Call, Reply, type Route } from '../control/http-server.js';
import type { LoadMeter } from '../control/load-meter.js';
import { metricsRoute } from '../control/metrics-route.js';
import { parseBody } from '../control/validate.js';
import { runDiscovery } from './discoveries.js';
import { type Host, HostError } from './host.js';
import { discoverySchema, hostSpecSchema } from './host-schema.js';
import { runLookups } from './lookups.js';
import { runPings } from './pings.js';
import { dumpRouting } from './routing-dump.js';
import { settingOverlaySchema } from './settings-schema.js';
import { eraseValues, runValues, valueWorks } from './values.js';
import { StatsWindow } from './window.js';

export interface HostRoutesInit {
  host: Host;
  load: LoadMeter;
  /** Told to end the process, after the answer. */
  onShutdown: (shutdown: HostShutdown) => void;
  /** Told that the nodes have changed. */
  onChange: () => void;
}

const MAX_JOBS = 10_000;
/** The places of thousands of nodes. */
const FAULT_LIMIT_BYTES = 4 << 20;
const id = z.string().check(z.regex(/^[0-9a-f]{40}$/));
const concurrency = z.int().check(z.gte(1), z.lte(1024));
const lookupBatch = z.object({
  lookups: z
    .array(z.object({ node: z.string(), target: id, atMs: z.optional(z.number()) }))
    .check(z.maxLength(MAX_JOBS)),
  concurrency,
});
const valueBatch = z.object({
  jobs: z
    .array(z.object({ node: z.string(), key: z.string(), value: z.optional(z.string()) }))
    .check(z.maxLength(MAX_JOBS)),
  concurrency,
});
const valueErasure = z.object({ keys: z.array(z.string()).check(z.maxLength(MAX_JOBS)) });
const pingBatch = z.object({
  from: z.array(z.string()),
  to: z.array(z.object({ id, address: z.ipv4(), port: z.int() })).check(z.maxLength(MAX_JOBS)),
});
const discoveryJob = z.extend(discoverySchema, { node: z.string() });
const shutdownBody = z.optional(
  z.object({ goodbye: z.optional(z.boolean()), leaving: z.optional(z.array(id)) }),
);

/** The control API of a host. */
export function hostRoutes({ host, load, onShutdown, onChange }: HostRoutesInit): Route[] {
  const window = new StatsWindow(host);
  const valueRoutes = valueWorks.map(
    (kind): Route => ({
      method: 'POST',
      path: `/v1/values/${kind}`,
      handle: ({ body, signal }) => runValues(host, kind, parseBody<ValueBatch>(valueBatch, body), signal),
    }),
  );
  const nodeCall = (verb: string, act: (name: string, call: Call) => Promise<void>): Route => ({
    method: 'POST',
    path: `/v1/nodes/:name/${verb}`,
    handle: async (call) => {
      const name = call.params.name ?? '';
      await act(name, call);
      return host.node(name).report();
    },
  });

  return [
    { method: 'GET', path: '/healthz', open: true, handle: () => ({ status: 'up' }) },
    {
      method: 'GET',
      path: '/readyz',
      open: true,
      handle: () => Reply.json(host.isReady ? 200 : 503, { ready: host.isReady }),
    },
    metricsRoute(
      () => host.settings.performance_monitoring_enabled,
      // prom-client costs 3 MB: only a host that is scraped pays for it.
      async () => (await import('./host-metrics.js')).createHostMetrics(host, load),
    ),
    {
      method: 'PUT',
      path: '/v1/spec',
      handle: ({ body }) => {
        try {
          return host.reconcile(parseBody(hostSpecSchema, body));
        } catch (error) {
          if (error instanceof HostError) throw new HttpError(409, messageOf(error));
          throw error;
        } finally {
          onChange();
        }
      },
    },
    {
      method: 'PUT',
      path: '/v1/settings',
      handle: ({ body }) => {
        host.overlaySettings(parseBody(settingOverlaySchema, body));
        return host.viewSettings();
      },
    },
    { method: 'GET', path: '/v1/settings', handle: () => host.viewSettings() },
    {
      method: 'PUT',
      path: '/v1/faults',
      bodyLimitBytes: FAULT_LIMIT_BYTES,
      handle: ({ body }) => host.faults.set(parseBody(hostFaultSchema, body)),
    },
    {
      method: 'GET',
      path: '/v1/faults/:id',
      handle: ({ params: { id = '' } }) => {
        const effects = host.faults.effects(id);
        if (!effects) throw new HttpError(404, `No fault "${id}" is on here`);
        return effects;
      },
    },
    { method: 'DELETE', path: '/v1/faults', handle: () => host.faults.liftAll() },
    { method: 'DELETE', path: '/v1/faults/:id', handle: ({ params }) => host.faults.lift(params.id ?? '') },
    {
      method: 'POST',
      path: '/v1/shutdown',
      handle: ({ body, response }) => {
        const shutdown = parseBody<HostShutdown | undefined>(shutdownBody, body) ?? {};
        response.once('close', () => onShutdown(shutdown));
        return Reply.json(202, { nodes: host.nodes.length });
      },
    },
    nodeCall('leave', (name, { signal }) => host.node(name).leave({ signal })),
    nodeCall('crash', async (name) => host.node(name).crash()),
    nodeCall('restart', async (name) => {
      await host.restart(name);
    }),
    {
      method: 'POST',
      path: '/v1/lookups',
      handle: ({ body, signal }) => runLookups(host, parseBody<LookupBatch>(lookupBatch, body), signal),
    },
    ...valueRoutes,
    {
      method: 'POST',
      path: '/v1/values/erase',
      handle: ({ body }) => eraseValues(host, parseBody<ValueErasure>(valueErasure, body).keys),
    },
    {
      method: 'POST',
      path: '/v1/pings',
      handle: ({ body, signal }) => runPings(host, parseBody<PingBatch>(pingBatch, body), signal),
    },
    {
      method: 'POST',
      path: '/v1/discoveries',
      handle: ({ body, signal }) =>
        runDiscovery(host, parseBody<DiscoveryRequest & { node: string }>(discoveryJob, body), signal),
    },
    {
      method: 'GET',
      path: '/v1/routing',
      handle: () => dumpRouting(host.nodes.filter((node) => node.isJoined).map((node) => node.dht.kademlia)),
    },
    { method: 'POST', path: '/v1/window', handle: () => window.open() },
    { method: 'DELETE', path: '/v1/window', handle: ({ signal }) => window.close(signal) },
  ];
}
