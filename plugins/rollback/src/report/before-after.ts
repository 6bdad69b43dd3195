import { formatValue, type Judgement, metrics, paintVerdict, renderTable } from '@cqkd/harness';

/** What was measured before and after a change, a line a metric. */
export function renderBeforeAfter(before: Judgement | null, after: Judgement | null): string {
  const ids = (after ?? before)?.metrics.map(({ id }) => id) ?? [];
  const cells = (judgement: Judgement | null, id: string): string[] => {
    const metric = judgement?.metrics.find((each) => each.id === id);
    return metric ? [formatValue(metric.value, metric.unit), paintVerdict(metric.status)] : ['', ''];
  };
  const rows = ids.map((id) => [metrics[id].title, ...cells(before, id), ...cells(after, id)]);
  return renderTable(['metric', 'before>', '', 'after>', ''], rows);
}

/** What else is worth knowing of what was measured. */
export function notesOf(judgement: Judgement | null): string[] {
  const notes = judgement?.metrics.flatMap(({ id, note }) => (note ? [`${metrics[id].title}: ${note}`] : []));
  return [...new Set(notes)];
}
