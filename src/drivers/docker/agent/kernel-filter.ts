import { randomBytes } from 'node:crypto';
import { type AgentAnswer, type AgentTarget, tableOf } from '@cqkd/node/control';
import { EnvironmentError, KernelFilterUnavailable, UsageError } from '../../../errors.js';
import type { KernelCut, KernelFilter } from '../../driver.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/engine-error.js';
import { inspectImage } from '../image/inspect-image.js';
import { inParallel } from '../pool.js';
import { isAlive } from '../unit-containers.js';
import { ensureAgentImage, obstacleToAgent } from './agent-image.js';
import { agentsOf, endAgent } from './agents.js';
import { agentImageReference } from './reference.js';
import { type Agent, runAgent } from './run-agent.js';
import { deafAddresses, stillThere, targetsOf } from './targets.js';

/** Agents that are ended at once; there is hardly ever more than one. */
const mostEnds = 8;
/** What goes into names of containers and of tables. */
const idPattern = /^[A-Za-z0-9][\w.-]{0,59}$/;
/** What the kernel, or nft, says where there is no such filter, or none for us. */
const noFilter =
  /not supported|not permitted|permission denied|no such file|not found|ENOENT|netlink socket/i;

/**
 * Cuts in the kernel of the engine's machine: an agent, a container of its own, puts nftables rules into the network
 * namespaces of the network's containers, keeps them there, and takes them off.
 *
 * It keeps nothing: which cuts are on is told by the labels of the agents.
 */
export class DockerKernelFilter implements KernelFilter {
  readonly #engine: Engine;
  readonly #network: string;
  readonly #prepareImage: (signal: AbortSignal) => Promise<string>;

  /** @param init.prepareImage sees to it that there is an image of the agents, and answers its name */
  constructor({
    engine,
    network,
    prepareImage = (signal) => ensureAgentImage(engine, { signal }),
  }: {
    engine: Engine;
    network: string;
    prepareImage?: (signal: AbortSignal) => Promise<string>;
  }) {
    this.#engine = engine;
    this.#network = network;
    this.#prepareImage = prepareImage;
  }

  whyNot(signal: AbortSignal): Promise<string | null> {
    return obstacleToAgent(this.#engine, signal);
  }

  /** @throws KernelFilterUnavailable when there is no such filter here; EnvironmentError, UsageError */
  async cut(cut: KernelCut, signal: AbortSignal): Promise<string[]> {
    const { id, ttlMs } = cut;
    if (!idPattern.test(id))
      throw new UsageError(`A cut takes an id of letters and digits, got ${JSON.stringify(id)}`);
    const [image, targets] = await Promise.all([
      this.#prepareImage(signal),
      targetsOf(this.#engine, this.#network, { addresses: deafAddresses(cut), signal }),
    ]);
    if (targets.length === 0)
      throw new EnvironmentError(`No container of network ${this.#network} has a node that is to be cut off`);
    const job = {
      do: 'cut' as const,
      table: tableOf(id),
      ttlMs: Math.ceil(ttlMs),
      groups: cut.groups.map((places) => [...places]),
      deaf: cut.deaf.map(([to, from]): [number, number] => [to, from]),
      wholeAddresses: [...cut.wholeAddresses],
      targets,
    };
    try {
      const answer = await this.#startAnew({ name: `agent-${id}`, fault: id, image, job }, signal);
      await this.#requireOn(answer, targets, signal);
      return answer.done;
    } catch (error) {
      // What can't be lifted now lifts itself.
      await this.lift(id).catch(() => {});
      throw error;
    }
  }

  async list(): Promise<string[]> {
    const agents = await agentsOf(this.#engine, this.#network);
    return agents.flatMap(({ state, fault }) => (state === 'running' ? (fault ?? []) : []));
  }

  async lift(id?: string): Promise<string[]> {
    const agents = await agentsOf(this.#engine, this.#network, { fault: id });
    const undone = await inParallel(agents, mostEnds, (agent) => endAgent(this.#engine, agent));
    const isDone = id !== undefined && agents.length > 0 && undone.every((each) => each);
    if (!isDone) await this.#clean(id);
    return agents.flatMap((agent) => (isAlive(agent) ? (agent.fault ?? []) : []));
  }

  /** Starts an agent in the place of one of that name. */
  async #startAnew(agent: Agent, signal: AbortSignal): Promise<AgentAnswer> {
    const start = () => runAgent(this.#engine, this.#network, agent, signal);
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof EngineError) || error.statusCode !== 409) throw error;
    }
    await this.lift(agent.fault);
    return start();
  }

  /** @throws EnvironmentError unless it is on in all containers that have not ended */
  async #requireOn(answer: AgentAnswer, targets: readonly AgentTarget[], signal: AbortSignal): Promise<void> {
    const gone = targets.filter(({ name }) => answer.gone.includes(name));
    const hidden = await stillThere(this.#engine, gone, signal);
    const failed = [
      ...answer.failed,
      ...hidden.map(({ name }) => ({ name, reason: 'its process was not found' })),
    ];
    const [first] = failed;
    if (!first) return;
    const { name, reason } = first;
    if (answer.done.length === 0 && failed.every((each) => noFilter.test(each.reason)))
      throw new KernelFilterUnavailable(`nftables can't be used there: ${reason}`);
    throw new EnvironmentError(
      `The cut could not be made in ${failed.length} of ${targets.length} containers (${name}: ${reason}); it is lifted`,
    );
  }

  /** Takes off what agents that were killed have left: the table of a cut, or every one. */
  async #clean(id: string | undefined): Promise<void> {
    const image = agentImageReference();
    // Where there is no image, there was no agent.
    if (!(await inspectImage(this.#engine, image))) return;
    const targets = await targetsOf(this.#engine, this.#network);
    if (targets.length === 0) return;
    const { failed } = await runAgent(this.#engine, this.#network, {
      name: `agent-clean-${randomBytes(4).toString('hex')}`,
      image,
      job: { do: 'clean', table: id === undefined ? null : tableOf(id), targets },
    });
    const [first] = failed;
    if (!first) return;
    throw new EnvironmentError(
      `Rules in the kernel could not be taken off ${failed.length} containers (${first.name}: ${first.reason}): try again, or end the network`,
    );
  }
}
