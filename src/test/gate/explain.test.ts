import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { explainMetric } from '../../gate/explain.js';
import { metricIds, phasesOf } from '../../gate/metrics.js';
import { targetOf } from '../../gate/targets.js';

describe('what there is to know of a metric', () => {
  it('is how it is measured, its unit, its limits, and its phases', () => {
    const { title, unit, inclusive, targets, phases } = explainMetric('discovery_time');
    expect({ title, unit, inclusive }).to.deep.equal({
      title: 'Discovery time',
      unit: 's',
      inclusive: false,
    });
    expect(targets.map(({ column, target, threshold }) => [column, target, threshold])).to.deep.equal([
      [15, 5, 7],
      [50, 10, 14],
      [200, 20, 27],
      [500, 30, 40],
      [1000, 45, 60],
    ]);
    expect(phases[0]).to.deep.equal({
      number: 3,
      name: 'kademlia',
      title: 'adaptive Kademlia',
      flag: 'enable_adaptive_kademlia',
    });
  });

  it('is there for each metric, and names each phase once', () => {
    for (const id of metricIds) {
      expect(explainMetric(id).how, id).to.match(/\.$/);
      expect(new Set(phasesOf(id)).size, id).to.equal(phasesOf(id).length);
    }
  });

  it('names the phases that the documents name', () => {
    expect(phasesOf('join_success')).to.deep.equal([1, 2]);
    expect(phasesOf('bootstrap_time')).to.deep.equal([1, 2]);
    expect(phasesOf('cpu')).to.deep.equal([4, 5, 3]);
    for (const id of ['discovery_time', 'discovery_success', 'lookup_recall', 'rpc_latency'] as const)
      expect(phasesOf(id)[0], id).to.equal(3);
    expect(phasesOf('packet_loss')).to.deep.equal([3]);
    expect(phasesOf('health_check_time')).to.deep.equal([4]);
    expect(phasesOf('discovered_healthy')).to.deep.equal([4]);
    expect(phasesOf('refresh_overhead')).to.deep.equal([5]);
  });
});

describe('docs/metrics.md', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8');
  const rows = document.split('\n').filter((line) => line.startsWith('| `'));

  it('lists every metric of verify with its limits and its phases', () => {
    for (const id of metricIds) {
      const cells = rows.find((row) => row.includes(`\`${id}\``))?.split('|') ?? [];
      const [, , , target = '', threshold = '', phases = ''] = cells;
      const [first, last] = [targetOf(id, 15), targetOf(id, 1000)];
      expect(numbersIn(target), id).to.deep.equal(limits(first.target, last.target));
      expect(numbersIn(threshold), id).to.deep.equal(limits(first.threshold, last.threshold));
      expect(numbersIn(phases), id).to.deep.equal(phasesOf(id));
    }
  });

  const limits = (first: number | null, last: number | null) =>
    [...new Set([first, last])].filter((limit) => limit !== null);
  const numbersIn = (text: string) =>
    [...text.matchAll(/[\d.]+( [MG]B)?/g)].map(([number, unit]) => {
      const factor = unit === ' GB' ? 1e9 : unit === ' MB' ? 1e6 : 1;
      return Number.parseFloat(number) * factor;
    });
});
