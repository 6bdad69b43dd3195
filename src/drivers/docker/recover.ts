import type { RecoveredNetwork } from '../driver.js';
import { recoveredNetwork, type UnitEnvironment } from '../recovered-network.js';
import { call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { inParallel } from './pool.js';
import { containersOf } from './unit-containers.js';

/** Containers that are looked at at once. */
const mostAtOnce = 32;

/** Reads a network out of the environments of its containers, those that don't run too. */
export async function recoverNetwork(engine: Engine, network: string): Promise<RecoveredNetwork | undefined> {
  const containers = await containersOf(engine, network);
  let port: number | undefined;
  const environments = await inParallel(containers, mostAtOnce, async ({ id, name, unit, kind }) => {
    const { Config, NetworkSettings } = await call(engine, `look at ${name}`, (abortSignal) =>
      engine.docker.getContainer(id).inspect({ abortSignal }),
    );
    if (kind === 'coordinator') port ??= publishedPort(NetworkSettings.Ports);
    const pairs = Config.Env.map((entry) => entry.split(/=(.*)/s, 2) as [string, string]);
    return { unit, variables: Object.fromEntries(pairs) } satisfies UnitEnvironment;
  });
  return recoveredNetwork(environments, () =>
    port === undefined ? undefined : `http://${engine.publishedHost}:${port}`,
  );
}

function publishedPort(ports: Record<string, { HostPort: string }[] | null>): number | undefined {
  const [first] = Object.values(ports).flatMap((bindings) => bindings ?? []);
  return first && Number(first.HostPort);
}
