/** Figures that are named as those that changed most, in either direction. */
const mostNamed = 5;

/**
 * The page with the figures of all phases on, and their ratios to those of all off.
 *
 * @param result of bench with all phases on, compared with all off
 * @param text what turns parts of a result into Markdown
 */
export function renderPerformance(result, { markdownTable, comparisonTable, suiteParts, ...text }) {
  const parts = [
    '# Benchmark: all phases on',
    'Written by `npm run bench-docs`, from two runs one after the other on one machine. ' +
      '[Baseline: all phases off](baseline-performance-report.md) holds the other one.',
    '## How it was measured',
    markdownTable(['what', 'result'], text.factsOf(result)),
    '## On against off',
    ...comparisonParts(result, text),
    ...(result.comparison?.measurements.length > 0 ? [comparisonTable(result, result.comparison)] : []),
    ...result.suites.flatMap(suiteParts),
  ];
  return `${parts.join('\n\n')}\n`;
}

function comparisonParts(result, { titlesOf, formatChange }) {
  const measurements = result.comparison?.measurements ?? [];
  if (measurements.length === 0) return ['No figure was measured in both runs.'];
  const titleOf = titlesOf(result);
  const named = (verdict) => {
    const all = measurements.filter((each) => each.verdict === verdict);
    if (all.length === 0) return `- ${verdict}: none`;
    const most = all.sort((a, b) => distance(b) - distance(a)).slice(0, mostNamed);
    const list = most.map(({ id, ratio }) => `${titleOf(id)} (${formatChange(ratio)})`).join(', ');
    return `- ${verdict}: ${all.length}; most of all ${list}`;
  };
  const count = (verdict) => measurements.filter((each) => each.verdict === verdict).length;
  return [
    `Of ${measurements.length} figures, with all phases on:`,
    [
      named('better'),
      named('worse'),
      `- same: ${count('same')}`,
      `- can't tell: ${count("can't tell")}`,
    ].join('\n'),
    'Before: all off. After: all on. The ratio is after / before, with its 99 % interval, both divided by how fast the ' +
      'machine was meanwhile where the suite measures that.',
  ];
}

function distance({ ratio }) {
  return ratio > 0 ? Math.abs(Math.log(ratio)) : Number.POSITIVE_INFINITY;
}
