import { paintVerdict, renderFacts } from '@cqkd/harness';
import type { RollbackResult } from '../results.js';
import { notesOf, renderBeforeAfter } from './before-after.js';

/** A rollback for people. */
export function renderRollback(result: RollbackResult): string {
  const { network, phases, changed, how, isDone, pending, before, after, verdict } = result;
  const names = phases.map(({ number, name }) => `${number} ${name}`).join(', ');
  const facts: [string, string][] = [
    ['phases', names],
    ['flags', changed.length > 0 ? `${changed.join(', ')}: true to false` : 'all off already'],
    ['how', how === 'live' ? 'running nodes take it' : 'hosts change one after the other'],
    ...pending.map(({ host, why }): [string, string] => ['not yet', `${host}: ${why}`]),
  ];
  if (!isDone) return [`Rollback on ${network}: nothing changed`, '', renderFacts(facts)].join('\n');
  const lines = [renderFacts(facts), ''];
  if (after) lines.push(renderBeforeAfter(before, after), '', ...notesOf(after));
  const end = verdict ? `${paintVerdict(verdict, verdict.toUpperCase())}  ` : '';
  const phrase = phases.length > 1 ? 'the phases are off' : 'the phase is off';
  lines.push(`${end}${network}: ${phrase}; cqkd rollout brings ${phases.length > 1 ? 'them' : 'it'} back`);
  return lines.join('\n');
}
