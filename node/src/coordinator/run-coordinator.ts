import { messageOf } from '../control/http-error.js';
import { HttpServer } from '../control/http-server.js';
import { LoadMeter } from '../control/load-meter.js';
import { createLogger } from '../control/logger.js';
import { exitOnBug, exitWithLine, onEndSignal } from '../control/process-life.js';
import type { CoordinatorSpec } from '../host/spec.js';
import { PortsExhaustedError } from '../ports/errors.js';
import { coordinatorRoutes } from './coordinator-routes.js';
import { Network } from './network.js';

/** Fine enough to tell a delay of 100 ms within a measurement of a second. */
const DELAY_RESOLUTION_MS = 20;
const LEAVE_MS = 2000;

/** Runs the coordinator of a network until it is told to end. */
export async function runCoordinator(spec: CoordinatorSpec, token: string): Promise<void> {
  const logger = createLogger({ network: spec.network, host: 'coordinator' });
  exitOnBug(logger);
  const load = new LoadMeter(DELAY_RESOLUTION_MS);
  const network = new Network({ spec, token, load, logger });
  const server = await orExit(spec.control, () =>
    HttpServer.listen({
      ...spec.control,
      token,
      routes: coordinatorRoutes({
        network,
        spec,
        onShutdown: () => void end(false).then(() => process.exit(0)),
      }),
      onBug: (error) => logger.error({ err: error }, 'a call failed'),
    }),
  );
  const end = async (goodbye: boolean) => {
    logger.info('ending');
    await network.end(goodbye, AbortSignal.timeout(LEAVE_MS));
    load.close();
    await server.close();
  };
  onEndSignal(() => end(true));

  await orExit({ address: spec.address, port: spec.port }, () => network.gateway.bind(spec.port));
  logger.info({ url: server.url }, 'started');
  await network.gateway.join(logger);
}

/** Listening is all that the environment can refuse here. */
async function orExit<T>(
  { address, port }: { address: string; port: number },
  listen: () => Promise<T>,
): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (error instanceof PortsExhaustedError) exitWithLine(`coordinator: ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    if (!code) throw error;
    exitWithLine(`coordinator: can't listen on ${address}:${port} (${messageOf(error)})`);
  }
}
