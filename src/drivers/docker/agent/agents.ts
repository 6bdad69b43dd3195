import type { Container } from 'dockerode';
import { agentKind } from '../../../compose/identity.js';
import { call } from '../engine/call.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/engine-error.js';
import { removeContainer } from '../remove.js';
import { allContainersOf, isAlive, type NetworkContainer } from '../unit-containers.js';

/** For an agent to take its rules off hundreds of containers. */
const graceSeconds = 30;
/** Time for the engine beyond that. */
const stopWithinMs = 90_000;
/** One that was created and not started for so long never will be. */
const staleSeconds = 60;

/** The agents of a network, in any state; of one cut only when it is named. */
export async function agentsOf(
  engine: Engine,
  network: string,
  options: { fault?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<NetworkContainer[]> {
  const { fault, signal } = options;
  const containers = await allContainersOf(engine, network, { signal });
  return containers.filter(
    (each) => each.kind === agentKind && (fault === undefined || each.fault === fault),
  );
}

/**
 * Ends an agent, and answers when it is gone.
 *
 * One that cleans ends by itself and is left alone; one that was never started is removed.
 *
 * @returns whether it has taken off what it had put on
 */
export async function endAgent(engine: Engine, agent: NetworkContainer): Promise<boolean> {
  const isOld = Date.now() / 1000 - agent.createdAt > staleSeconds;
  if (agent.fault === undefined && !isOld) return true;
  if (agent.state === 'created') {
    await removeContainer(engine, agent);
    return true;
  }
  const container = engine.docker.getContainer(agent.id);
  const removed = codeWhenRemoved(engine, container, agent);
  // It is awaited only after the stop, which may fail before.
  removed.catch(() => {});
  if (isAlive(agent)) {
    const stop = () => container.stop({ t: graceSeconds });
    await call(engine, `stop ${agent.name}`, stop, { timeoutMs: stopWithinMs }).catch(unlessEnded);
  } else await removeContainer(engine, agent);
  return (await removed) === 0;
}

/** @returns its exit code; undefined when nobody can tell any more */
async function codeWhenRemoved(
  engine: Engine,
  container: Container,
  { name }: NetworkContainer,
): Promise<number | undefined> {
  try {
    const wait = () => container.wait({ condition: 'removed' }) as Promise<{ StatusCode: number }>;
    const { StatusCode } = await call(engine, `await the end of ${name}`, wait, { timeoutMs: stopWithinMs });
    return StatusCode;
  } catch (error) {
    unlessEnded(error);
    return undefined;
  }
}

/** That it has ended, is being removed or is gone is what was wanted. */
function unlessEnded(error: unknown): void {
  if (error instanceof EngineError && (error.isMissing || [304, 409].includes(error.statusCode ?? 0))) return;
  throw error;
}
