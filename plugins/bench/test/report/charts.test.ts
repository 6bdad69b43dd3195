import { expect } from 'chai';
import { tagErrors } from '../../../../src/test/support/well-formed.js';
import type { Curve } from '../../src/measurement.js';
import { suiteCharts } from '../../src/report/charts.js';
import { comparisonChart } from '../../src/report/comparison-chart.js';
import { curveChart } from '../../src/report/curve-chart.js';
import { percentileChart } from '../../src/report/percentile-chart.js';
import { benchFixture, comparisonFixture, histogram, suite } from './fixture.js';

const look = { id: 'chart-1', look: 'page' } as const;
const texts = (svg: string | null) => [...(svg ?? '').matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text);

describe('charts of a benchmark', () => {
  const scale = () => benchFixture().suites.find(({ id }) => id === 'scale')?.curves[0] as Curve;

  it('show latencies against percentiles, as far as there are values', async () => {
    const title = 'Latencies';
    const svg = await percentileChart([histogram('a', 'few', 'ms', 2, 500)], { ...look, title });
    expect(tagErrors(svg as string)).to.deep.equal([]);
    expect(texts(svg)).to.include.members(['p0', 'p50', 'p90', 'p95', 'p99']);
    expect(texts(svg)).not.to.include('p99.9');
    const many = await percentileChart([histogram('a', 'many', 'us', 2, 50_000)], { ...look, title });
    expect(texts(many)).to.include('p99.99');
    expect(many).to.match(
      /<desc [^>]*>many: p50 [\d.]+ µs, p95 [\d.]+ µs, p99 [\d.]+ µs, at most [\d.]+ µs\.</,
    );
    expect(await percentileChart([histogram('a', 'one', 'ms', 2, 1)], { ...look, title })).to.equal(null);
  });

  it('show latencies that are far apart on a logarithmic axis', async () => {
    const title = 'Latencies';
    const near = [histogram('a', 'a', 'ms', 2, 500), histogram('b', 'b', 'ms', 3, 500)];
    expect(texts(await percentileChart(near, { ...look, title }))).to.include('latency');
    const far = [histogram('a', 'a', 'ms', 2), histogram('b', 'b', 'ms', 200)];
    expect(texts(await percentileChart(far, { ...look, title }))).to.include('latency, logarithmic');
  });

  it('show what is predicted dashed, in the colour of what was measured', async () => {
    const svg = (await curveChart(scale(), look)) as string;
    expect(tagErrors(svg)).to.deep.equal([]);
    expect(texts(svg)).to.include.members(['lookup', 'lookup, predicted', '15', '1,000', '10,000']);
    const strokes = [...svg.matchAll(/<path d="M[^"]*" fill="none"[^>]*stroke="var\(--chart-side-0[^>]*>/g)];
    expect(strokes.filter(([path]) => path.includes('stroke-dasharray'))).not.to.have.length(0);
    expect(strokes.filter(([path]) => !path.includes('stroke-dasharray'))).not.to.have.length(0);
    expect(svg).to.match(/<desc [^>]*>lookup, measured: from [\d.]+ ms at 15 to [\d.]+ ms at 1,000\./);
  });

  it('leave out what is no line, and what a logarithmic axis has no place for', async () => {
    const point = { name: 'lookup', kind: 'measured' as const, points: [[15, 1]] as [number, number][] };
    expect(await curveChart({ ...scale(), lines: [point] }, look)).to.equal(null);
    expect(await curveChart({ ...scale(), lines: [] }, look)).to.equal(null);
    const zero = {
      ...point,
      points: [
        [0, 1],
        [10, 2],
        [100, 3],
      ] as [number, number][],
    };
    expect(texts(await curveChart({ ...scale(), lines: [zero] }, look)))
      .to.include('100')
      .and.not.to.include('0');
  });

  it('show every verdict in its colour, with its sign', async () => {
    const svg = (await comparisonChart(benchFixture(), comparisonFixture(), look)) as string;
    expect(tagErrors(svg)).to.deep.equal([]);
    expect(texts(svg)).to.include.members([
      'Codec: encode',
      '× 1.266  ▼ worse',
      '× 1.951  ▲ better',
      '× 0.992  = same',
      '× 1.068  ? can&#39;t tell',
    ]);
    for (const tone of ['fail', 'pass', 'unknown', 'whole']) expect(svg).to.contain(`var(--chart-${tone}`);
    expect(svg).to.contain('Codec: encode: × 1.266, worse.');
  });

  it('show changes that are beyond all bounds, and none at all', async () => {
    const [first] = comparisonFixture().measurements;
    const measurements = [0, 1e-9, 1, 1e9].map((ratio) => ({
      ...first!,
      ratio,
      interval: [0, 1e12] as [number, number],
    }));
    const svg = await comparisonChart(benchFixture(), comparisonFixture({ measurements }), look);
    expect(tagErrors(svg as string)).to.deep.equal([]);
    expect(svg).not.to.match(/NaN|Infinity/);
    expect(await comparisonChart(benchFixture(), comparisonFixture({ measurements: [] }), look)).to.equal(
      null,
    );
  });

  it('are light or dark as the page is, or light for good', async () => {
    const page = await suiteCharts(scaleSuite(), 'suite-1', 'page');
    const light = await suiteCharts(scaleSuite(), 'suite-1', 'light');
    expect(page[0]?.svg).to.contain('prefers-color-scheme: dark');
    expect(light[0]?.svg).not.to.contain('var(').and.not.to.contain('prefers-color-scheme');
  });

  it('have latencies of one unit on one axis', async () => {
    const histograms = [
      histogram('a', 'write', 'ms', 5),
      histogram('b', 'read', 'us', 5),
      histogram('c', 'list', 'ms', 5),
    ];
    const charts = await suiteCharts(suite('store', 'Store', { histograms }), 'suite-1', 'page');
    expect(charts.map(({ title }) => title)).to.deep.equal(['Latencies', 'Latency: read']);
    expect(charts[0]?.table.head).to.deep.equal(['percentile', 'write>', 'list>']);
  });

  function scaleSuite() {
    return suite('scale', 'Scale', { curves: [scale()] });
  }
});
