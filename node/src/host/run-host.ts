import type { NetworkEvent } from '../control/api.js';
import type { HostShutdown } from '../control/host-api.js';
import { HttpClient } from '../control/http-client.js';
import { messageOf } from '../control/http-error.js';
import { HttpServer } from '../control/http-server.js';
import { IdleCollector } from '../control/idle-collector.js';
import { LoadMeter } from '../control/load-meter.js';
import { createLogger } from '../control/logger.js';
import { networkKeyOf } from '../control/network-key.js';
import { EXIT_ENVIRONMENT, exitOnBug, onEndSignal } from '../control/process-life.js';
import { trafficOf } from './counters.js';
import { Host, HostError } from './host.js';
import { hostRoutes } from './host-routes.js';
import type { HostedNode } from './hosted-node.js';
import { Reporter } from './reporter.js';
import { type HostSpec, regionsOf, tiersOf } from './spec.js';

/** Samples of the event loop's delay wake an idle process: few. */
const DELAY_RESOLUTION_MS = 100;
/** For all nodes of the host to leave; whoever sends a signal waits for less. */
const LEAVE_MS = 20_000;
const LEAVE_BY_SIGNAL_MS = 3000;
/** For the coordinator to hear that the host has ended. */
const GOODBYE_MS = 500;

/** Runs the nodes of one host until it is told to end. */
export async function runHost(spec: HostSpec, token: string): Promise<void> {
  const logger = createLogger({ network: spec.network, host: spec.name });
  exitOnBug(logger);
  const load = new LoadMeter(DELAY_RESOLUTION_MS);
  const collector = new IdleCollector();
  const client = new HttpClient({ token });
  const host = new Host(spec, {
    networkKey: networkKeyOf(token),
    onState: (node) => {
      const event = eventOf(spec.name, node);
      reporter.changed(event);
      if (event?.type === 'failed') logger.warn({ node: node.name }, event.message);
      if (host.isReady) logger.info({ nodes: host.nodes.length }, 'all nodes joined');
    },
    onEvent: (node, event) =>
      reporter.changed({ at: Date.now(), host: spec.name, node: node.name, ...event }),
    onChange: () => reporter.changed(),
  });
  const server: HttpServer = await listen(spec, token, {
    routes: hostRoutes({
      host,
      load,
      onShutdown: (shutdown) => void end(shutdown, LEAVE_MS).then(() => process.exit(0)),
      onChange: () => reporter.changed(),
    }),
    onBug: (error) => logger.error({ err: error }, 'a call failed'),
  });
  const reporter = new Reporter({
    client,
    coordinator: spec.coordinator,
    name: spec.name,
    underway: () => host.underway,
    build: async (full) => ({
      name: spec.name,
      tiers: tiersOf(host.spec),
      regions: regionsOf(host.spec),
      pid: process.pid,
      url: server.url,
      startedAt: Math.round(performance.timeOrigin),
      uptimeMs: performance.now(),
      ...(full && { nodes: host.nodes.map((node) => node.report()) }),
      // Of the same moment as the nodes: before anything is waited for.
      specRevision: host.specRevision,
      load: await loadAndReset(load, collector),
      traffic: trafficOf(host.counters()),
      settingsRevision: host.settingsRevision,
    }),
  });
  const end = async ({ goodbye = true, leaving }: HostShutdown, leaveMs: number) => {
    logger.info({ goodbye }, 'ending');
    await host.end(goodbye && { leaving, signal: AbortSignal.timeout(leaveMs) });
    await reporter.goodbye(GOODBYE_MS);
    client.close();
    load.close();
    await server.close();
  };
  onEndSignal(() => end({}, LEAVE_BY_SIGNAL_MS));

  try {
    await host.start();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    await reporter.flush();
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_ENVIRONMENT);
  }
  logger.info({ nodes: host.nodes.length, url: server.url }, 'started');
  reporter.start();
}

async function listen(
  { control, name }: HostSpec,
  token: string,
  rest: Pick<Parameters<typeof HttpServer.listen>[0], 'routes' | 'onBug'>,
): Promise<HttpServer> {
  try {
    return await HttpServer.listen({ ...control, token, ...rest });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? messageOf(error);
    throw new HostError(
      `${name}: the control API can't listen on ${control.address}:${control.port} (${code})`,
    );
  }
}

async function loadAndReset(load: LoadMeter, collector: IdleCollector) {
  const now = await load.read();
  collector.look(now.cpuSeconds, performance.now());
  load.resetDelay();
  return now;
}

/** What of a change those who listen to the network want to know. */
function eventOf(host: string, node: HostedNode): NetworkEvent | undefined {
  const { state } = node;
  if (state !== 'joined' && state !== 'failed' && state !== 'left') return undefined;
  const error = node.report().error;
  return { at: Date.now(), type: state, host, node: node.name, ...(error && { message: error }) };
}
