import type { Readable } from 'node:stream';
import { type AgentAnswer, type AgentJob, agentJobPath } from '@cqkd/node/control';
import type { Container, ContainerCreateOptions } from 'dockerode';
import { agentLabels, containerNameOf } from '../../../compose/identity.js';
import { EnvironmentError, KernelFilterUnavailable } from '../../../errors.js';
import { call } from '../engine/call.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/engine-error.js';
import { linesOf } from '../frames.js';
import { contextStream } from '../image/context.js';
import { removeContainer } from '../remove.js';

/** For an agent to have done what it was started for; on a busy machine with hundreds of containers. */
const answerWithinMs = 120_000;
/** An agent itself needs 45 MB, each nft beside it some 5 MB. */
const memoryBytes = 256 * 1024 * 1024;
const mostProcesses = 128;
/** What joining another container's network and changing its rules takes; root without them may do neither. */
const capabilities = ['NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE'];
/** How engines refuse a container of this shape. */
const refusal = /pid|namespace|privileg|capabilit|permitted|denied|rootless/i;

export interface Agent {
  /** Its own, as that of a unit: unique in the network. */
  name: string;
  /** Id of the cut that it keeps up, if it does. */
  fault?: string;
  image: string;
  job: AgentJob;
}

/**
 * Starts an agent and waits for what it says when it has done what it is there for.
 *
 * @throws KernelFilterUnavailable when the engine allows no such container; EnvironmentError; or the signal's reason.
 *   Then it is gone, and what it has done is not undone.
 */
export async function runAgent(
  engine: Engine,
  network: string,
  agent: Agent,
  signal?: AbortSignal,
): Promise<AgentAnswer> {
  const name = containerNameOf(network, agent.name);
  // Not given up half-way: the engine would go on, and the container come after everything was removed.
  const container = await call(engine, `create ${name}`, (abortSignal) =>
    engine.docker.createContainer({ ...shapeOf(network, name, agent), abortSignal }),
  ).catch(refused);
  try {
    signal?.throwIfAborted();
    const answer = await startAndListen(engine, container, { ...agent, name }, signal);
    if (agent.job.do === 'clean') await removeContainer(engine, { id: container.id, name });
    return answer;
  } catch (error) {
    await removeContainer(engine, { id: container.id, name });
    return refused(error);
  }
}

async function startAndListen(
  engine: Engine,
  container: Container,
  { name, job }: Agent,
  signal: AbortSignal | undefined,
): Promise<AgentAnswer> {
  const file = { path: agentJobPath.slice(1), content: JSON.stringify(job) };
  const give = () => container.putArchive(contextStream([file]), { path: '/' });
  await call(engine, `give ${name} its job`, give, { signal });
  // Before it starts, since an agent that ends takes its log with it.
  const listen = () => container.attach({ stream: true, stdout: true, stderr: true });
  const output = (await call(engine, `listen to ${name}`, listen, { signal })) as unknown as Readable;
  const timeout = AbortSignal.timeout(answerWithinMs);
  const ends = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const breakOff = () => void output.destroy();
  ends.addEventListener('abort', breakOff);
  try {
    await call(engine, `start ${name}`, (abortSignal) => container.start({ abortSignal }), { signal });
    const said: string[] = [];
    for await (const line of linesOf(output)) {
      if (line.startsWith('{')) return JSON.parse(line) as AgentAnswer;
      said.push(line);
    }
    throw new EnvironmentError(
      `The agent ${name} ended before it was done: ${said.at(-1) ?? 'it said nothing'}`,
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new EnvironmentError(`The agent ${name} was not done within ${answerWithinMs / 1000} s`);
  } finally {
    ends.removeEventListener('abort', breakOff);
    output.destroy();
  }
}

function shapeOf(network: string, name: string, agent: Agent): ContainerCreateOptions {
  return {
    name,
    Image: agent.image,
    User: '0:0',
    Env: [`CQKD_AGENT_JOB=${agentJobPath}`],
    Labels: agentLabels(network, agent.name, agent.fault),
    Healthcheck: { Test: ['NONE'] },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: true,
      // The only namespace that it shares: by its processes the machine's network namespaces are reached.
      PidMode: 'host',
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      CapAdd: capabilities,
      SecurityOpt: ['no-new-privileges'],
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      PidsLimit: mostProcesses,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
    },
  };
}

/** An engine that forbids what an agent needs is none to try again with. */
function refused(error: unknown): never {
  if (!(error instanceof EngineError) || error.isUnreachable || error.isMissing) throw error;
  if (error.statusCode === 409 || !refusal.test(error.reason)) throw error;
  throw new KernelFilterUnavailable(`the engine allows no agent: ${error.reason}`);
}
