import { formatValue, metrics, paintVerdict, renderFacts, renderTable } from '@cqkd/harness';
import type { RolloutResult } from '../results.js';
import { notesOf } from './before-after.js';

/** A rollout for people. */
export function renderRollout(result: RolloutResult): string {
  const { network, phases, changed, how, isDone, pending, cameBack, verdict } = result;
  const facts: [string, string][] = [
    ['phases', phases.map(({ number, name }) => `${number} ${name}`).join(', ')],
    ['flags', changed.length > 0 ? `${changed.join(', ')}: false to true` : 'all on already'],
    ['how', how === 'live' ? 'running nodes take it' : 'hosts change one after the other'],
    ...pending.map(({ host, why }): [string, string] => ['not yet', `${host}: ${why}`]),
  ];
  if (!isDone) return [`Rollout on ${network}: nothing changed`, '', renderFacts(facts)].join('\n');
  const end = verdict ? `${paintVerdict(verdict, verdict.toUpperCase())}  ` : '';
  const said = cameBack ? 'a gate failed, and all is back as it was' : 'all nodes have it';
  return [
    renderFacts(facts),
    '',
    renderSteps(result),
    '',
    ...notes(result),
    `${end}${network}: ${said}`,
  ].join('\n');
}

/** A line a metric, a column a step. */
function renderSteps({ steps }: RolloutResult): string {
  const ids = steps[0]?.gate.metrics.map(({ id }) => id) ?? [];
  const head = steps.map(({ percent, nodes }) => `${percent} % (${nodes.length})>`);
  const rows = ids.map((id) => [
    metrics[id].title,
    ...steps.map(({ gate }) => {
      const metric = gate.metrics.find((each) => each.id === id);
      return metric ? paintVerdict(metric.status, formatValue(metric.value, metric.unit)) : '';
    }),
  ]);
  const verdicts = ['gate', ...steps.map(({ gate }) => paintVerdict(gate.verdict))];
  return renderTable(['metric', ...head], [...rows, verdicts]);
}

function notes({ steps }: RolloutResult): string[] {
  const lines = notesOf(steps.at(-1)?.gate ?? null);
  return lines.length > 0 ? [...lines, ''] : [];
}
