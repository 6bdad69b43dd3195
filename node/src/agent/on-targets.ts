import { availableParallelism } from 'node:os';
import { messageOf } from '../control/http-error.js';
import { inLanes } from '../control/lanes.js';
import type { AgentAnswer, AgentTarget } from './job.js';

/** Namespaces that are worked on at once, for each processor; most of the time goes into starting nft. */
const LANES_PER_CPU = 3;

/**
 * Does the same with each target; one that fails does not keep the others.
 *
 * @param work answers undefined when the target is gone
 */
export async function onTargets(
  targets: readonly AgentTarget[],
  work: (target: AgentTarget) => Promise<string | undefined>,
  signal?: AbortSignal,
): Promise<AgentAnswer> {
  const answer: AgentAnswer = { done: [], gone: [], failed: [] };
  const width = availableParallelism() * LANES_PER_CPU;
  const one = async (target: AgentTarget) => {
    const { name } = target;
    try {
      const told = await work(target);
      answer[told === undefined ? 'gone' : 'done'].push(name);
    } catch (error) {
      answer.failed.push({ name, reason: messageOf(error) });
    }
  };
  await inLanes(targets, width, one, signal);
  return answer;
}
