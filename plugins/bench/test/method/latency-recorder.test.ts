import { expect } from 'chai';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { LatencyRecorder } from '../../src/method/latency-recorder.js';

const spec = { id: 'latency', title: 'Latency', unit: 'ms' } as const;

describe('latency recorder', () => {
  it('keeps three digits of each latency', () => {
    const recorder = new LatencyRecorder();
    for (let ms = 1; ms <= 1000; ms++) recorder.add(ms);
    const histogram = recorder.describe('lookup', spec);
    expect(histogram).to.include({ id: 'lookup.latency', count: 1000, unit: 'ms' });
    const at = Object.fromEntries(histogram?.percentiles ?? []);
    for (const [percentile, ms] of [
      [50, 500],
      [95, 950],
      [99, 990],
      [100, 1000],
    ] as const)
      expect(at[percentile]).to.be.closeTo(ms, ms / 500);
    expect(histogram?.mean).to.be.closeTo(500.5, 2);
    expect(histogram?.percentiles.map(([percentile]) => percentile)).to.deep.equal(
      Object.keys(at)
        .map(Number)
        .sort((a, b) => a - b),
    );
  });

  it('is an HdrHistogram of microseconds that others can read, and puts them together', () => {
    const [one, other] = [new LatencyRecorder(), new LatencyRecorder()];
    one.add(1);
    other.add(3);
    one.merge(other.encode());
    const { encoded = '', count } = one.describe('lookup', spec) ?? {};
    expect(count).to.equal(2);
    const read = decodeFromCompressedBase64(encoded);
    expect(read.totalCount).to.equal(2);
    expect(read.getValueAtPercentile(100)).to.be.closeTo(3000, 3);
  });

  it('takes what is out of its range, and describes nothing where there is nothing', () => {
    const recorder = new LatencyRecorder();
    expect(recorder.describe('lookup', spec)).to.equal(undefined);
    recorder.add(0);
    recorder.add(1e9);
    expect(recorder.describe('lookup', { ...spec, unit: 'us' })).to.include({ count: 2, min: 1 });
  });
});
