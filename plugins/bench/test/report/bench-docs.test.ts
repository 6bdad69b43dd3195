import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { markdownTable } from '@cqkd/harness';
import { expect } from 'chai';
import { comparisonTable, suiteParts } from '../../src/report/bench-markdown.js';
import { formatChange } from '../../src/report/units.js';
import { factsOf, titlesOf } from '../../src/report/view.js';
import { benchFixture, comparisonFixture } from './fixture.js';

const folder = join(import.meta.dirname, '../../../../scripts/bench-docs');
const text = { markdownTable, comparisonTable, suiteParts, factsOf, titlesOf, formatChange };

/** A function of one of the scripts, which have no types. */
async function scripted(file: string, name: string): Promise<(...given: unknown[]) => string> {
  const scripts: Record<string, (...given: unknown[]) => string> = await import(
    pathToFileURL(join(folder, file)).href
  );
  return scripts[name] as (...given: unknown[]) => string;
}

describe('documents that are written from benchmarks', () => {
  it('tell of the baseline which flags were off, and every figure', async () => {
    const render = await scripted('baseline.mjs', 'renderBaseline');
    const phases = [{ number: 4, title: 'health check', flag: 'enable_health_check' }];
    const page = render(benchFixture(), phases, text);
    expect(page).to.match(/^# Baseline: all phases off\n/);
    expect(page).to.match(/^\| 4 health check +\| enable\\_health\\_check +\| false +\|$/m);
    expect(page).to.match(/^\| workers +\| 200 +\|$/m);
    expect(page).to.match(/^## Codec\n\n5 repetitions in 18\.4 s, until the intervals were narrow\.$/m);
    expect(page).to.match(/^\| encode +\| +1\.62 µs \|/m);
    expect(page).to.match(/^## Deploy\n\nDid not run: no Docker engine answers/m);
  });

  it('tell of all phases on the ratio to all off, and what changed most', async () => {
    const render = await scripted('performance.mjs', 'renderPerformance');
    const comparison = comparisonFixture({ file: '/somewhere/off.json' });
    const page = render(benchFixture({ comparison }), text);
    expect(page).to.contain('Of 8 figures, with all phases on:');
    expect(page).to.contain(
      '- worse: 2; most of all Codec: encode (+27 %), Lookups: lookups per second, 16 at once (-20 %)',
    );
    expect(page).to.contain('- better: 1; most of all Lookups: lookups per second, 1 at once (+95 %)');
    expect(page).to.contain("- same: 3\n- can't tell: 2");
    expect(page).to.match(/^\| Codec: encode +\| +1\.28 µs \| +1\.62 µs \| +× 1\.266 \|/m);
    expect(page).not.to.contain('/somewhere');
  });

  it('say so when no figure can be compared', async () => {
    const render = await scripted('performance.mjs', 'renderPerformance');
    for (const comparison of [null, comparisonFixture({ measurements: [] })])
      expect(render(benchFixture({ comparison }), text)).to.contain('No figure was measured in both runs.');
  });

  it('tell what the product consists of, and how much that is in all', async () => {
    const render = await scripted('summary.mjs', 'renderSummary');
    const figures = { files: 100, lines: 9000, testLines: 800, tests: 70 };
    const page = render(
      {
        packages: [
          { name: '@cqkd/node', folder: 'node', description: 'The node.', ...figures },
          { name: 'cqkd', folder: '.', description: 'The command line.', ...figures },
        ],
        phases: [{ number: 1, title: 'dynamic ports', flag: 'enable_dynamic_ports', settings: 5 }],
        commands: [{ id: 'chaos kill', summary: 'Kill nodes.' }],
        ...{
          settings: 50,
          metrics: 18,
          thirdParty: 16,
          templates: 8,
          scenarios: 11,
          pages: 33,
          decisions: 12,
        },
        ...{ bundleBytes: 473_000, packedBytes: 770_000, unpackedBytes: 2_610_000 },
      },
      text,
    );
    expect(page).to.match(/^\| all +\| +\| +\| +200 \| 18,000 \| +1,600 \| +140 \|$/m);
    expect(page).to.match(/^\| 1 dynamic ports \| .* \| +5 \|$/m);
    expect(page).to.match(/^## Commands: 1$/m);
    expect(page).to.match(/^\| cqkd chaos kill \| Kill nodes\. \|$/m);
    expect(page).to.match(/^\| the same, unpacked +\| +2\.6 MB \|$/m);
  });
});
