// npm run bench-docs: measures this machine with all phases off and with all on, and writes what it found to
// docs/baseline-performance-report.md and docs/performance-benchmark-report.md; counts what the product consists of into
// docs/implementation-summary.md.
//
// usage: node scripts/bench-docs.mjs [--workers N] [--seed N] [--results FOLDER]
//   --results   holds off.json and on.json; what is there already is not measured again
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { renderBaseline } from './bench-docs/baseline.mjs';
import { countProduct } from './bench-docs/count.mjs';
import { measureOff, measureOn } from './bench-docs/measure.mjs';
import { renderPerformance } from './bench-docs/performance.mjs';
import { renderSummary } from './bench-docs/summary.mjs';
import { build, install, root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    results: { type: 'string' },
  },
});

install();
build();
const { markdownTable } = await import('@cqkd/harness');
const { phases } = await import('@cqkd/node/control');
const { comparisonTable, suiteParts } = await import('../plugins/bench/dist/report/bench-markdown.js');
const { factsOf, titlesOf } = await import('../plugins/bench/dist/report/view.js');
const { formatChange } = await import('../plugins/bench/dist/report/units.js');
const { readBenchResult } = await import('../plugins/bench/dist/record/read-result.js');
const text = { markdownTable, comparisonTable, suiteParts, factsOf, titlesOf, formatChange };

const folder = values.results ? resolve(values.results) : mkdtempSync(join(tmpdir(), 'cqkd-bench-docs-'));
try {
  mkdirSync(folder, { recursive: true });
  const [off, on] = ['off.json', 'on.json'].map((name) => join(folder, name));
  const options = { workers: values.workers, seed: values.seed, flags: phases.map(({ flag }) => flag) };
  if (!existsSync(off)) measureOff(off, options);
  if (!existsSync(on)) measureOn(on, off, options);
  write('baseline-performance-report.md', renderBaseline(readBenchResult(off), phases, text));
  write('performance-benchmark-report.md', renderPerformance(readBenchResult(on), text));
} finally {
  if (!values.results) rmSync(folder, { recursive: true, force: true });
}
write('implementation-summary.md', renderSummary(await countProduct(root), text));

function write(name, content) {
  writeFileSync(join(root, 'docs', name), content);
  console.log(`docs/${name} is written`);
}
