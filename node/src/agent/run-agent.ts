import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type AgentAnswer, type AgentTarget, type CleanJob, type CutJob, tablePrefix } from './job.js';
import { parseAgentJob } from './job-schema.js';
import { nftIn } from './namespace.js';
import { onTargets } from './on-targets.js';
import { Rulesets, removalOf } from './ruleset.js';

/**
 * Works inside the network namespaces of containers, as a job says; it needs the processes of their machine.
 *
 * A cut is taken off when its time is over, and on SIGTERM and SIGINT. Code 1 tells that something of it was left.
 *
 * @throws SpecError when the job is none
 */
export async function runAgent(path: string): Promise<never> {
  const job = parseAgentJob(await readFile(path, 'utf8'));
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
  const { failed } = await (job.do === 'cut' ? cut(job, ending.signal) : clean(job));
  process.exit(failed.length > 0 ? 1 : 0);
}

async function cut(job: CutJob, signal: AbortSignal): Promise<AgentAnswer> {
  const endsAtMs = performance.now() + job.ttlMs;
  const rulesets = new Rulesets(job);
  const putOn = async (target: AgentTarget) => {
    const ruleset = rulesets.forAddresses(target.addresses);
    return ruleset === null ? '' : nftIn(target, ruleset);
  };
  const answer = await onTargets(job.targets, putOn, signal);
  await tell(answer);
  const leftMs = Math.max(0, endsAtMs - performance.now());
  await delay(leftMs, undefined, { signal }).catch(() => {});
  return onTargets(job.targets, (target) => nftIn(target, removalOf(job.table)));
}

async function clean({ table, targets }: CleanJob): Promise<AgentAnswer> {
  const answer = await onTargets(targets, async (target) => {
    const tables = table === null ? await ownTables(target) : [table];
    return tables && nftIn(target, tables.map(removalOf).join(''));
  });
  await tell(answer);
  return answer;
}

/** Tables of ours that a target has; undefined when it is gone. */
async function ownTables(target: AgentTarget): Promise<string[] | undefined> {
  const told = await nftIn(target, '', ['-j', 'list', 'tables', 'inet']);
  if (told === undefined) return undefined;
  const { nftables = [] } = JSON.parse(told) as { nftables?: { table?: { name: string } }[] };
  return nftables.flatMap(({ table }) => (table?.name.startsWith(tablePrefix) ? [table.name] : []));
}

function tell(answer: AgentAnswer): Promise<void> {
  return new Promise((told) => process.stdout.write(`${JSON.stringify(answer)}\n`, () => told()));
}
