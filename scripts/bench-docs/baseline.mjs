/**
 * The page with the figures of the legacy behaviour.
 *
 * @param result of bench with all phases off
 * @param text what turns parts of a result into Markdown
 */
export function renderBaseline(result, phases, { markdownTable, suiteParts, factsOf }) {
  const parts = [
    '# Baseline: all phases off',
    'Written by `npm run bench-docs`. The network behaves as it did before the phases: every flag below is false. ' +
      '[Benchmark: all phases on](performance-benchmark-report.md) holds the same figures with all of them on.',
    markdownTable(
      ['phase', 'flag', 'set to'],
      phases.map(({ number, title, flag }) => [`${number} ${title}`, flag, 'false']),
    ),
    '## How it was measured',
    markdownTable(['what', 'result'], factsOf(result)),
    'Each figure is the mean of its repetitions, with half of its 95 % interval beside it.',
    ...result.suites.flatMap(suiteParts),
  ];
  return `${parts.join('\n\n')}\n`;
}
