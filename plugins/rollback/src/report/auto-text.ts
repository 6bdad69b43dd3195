import { paintVerdict } from '@cqkd/harness';
import type { AutoRollbackResult, Trial } from '../results.js';
import { notesOf, renderBeforeAfter } from './before-after.js';

/** An automatic rollback for people. */
export function renderAutoRollback(result: AutoRollbackResult): string {
  const { failed, confirmed, trials, rolledBack, why, verdict } = result;
  const lines = [`Automatic rollback: ${failed.join(', ')} failed`];
  const flaps = failed.filter((id) => !confirmed.includes(id));
  if (confirmed.length > 0 && flaps.length > 0)
    lines.push(`not twice in a row, so not counted: ${flaps.join(', ')}`);
  for (const trial of trials) lines.push('', ...renderTrial(trial));
  lines.push('');
  const said = rolledBack ? `${rolledBack.flag}=false helped, and stays` : (why ?? '');
  return [...lines, `${paintVerdict(verdict, verdict.toUpperCase())}  ${said}`].join('\n');
}

function renderTrial({ phase, before, after, helped }: Trial): string[] {
  const notes = notesOf(after);
  return [
    `phase ${phase.number} ${phase.name}: ${phase.flag}=false ${helped ? 'helped' : 'did not help, and was undone'}`,
    renderBeforeAfter(before, after),
    ...notes,
  ];
}
