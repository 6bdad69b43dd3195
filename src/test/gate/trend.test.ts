import { expect } from 'chai';
import { type JudgedMetric, judge, type Measured } from '../../gate/gate.js';
import { type PastRun, withPrevious } from '../../gate/trend.js';

const judged = (...measured: Measured[]): JudgedMetric[] => judge(measured, 15).metrics;
const run = (at: number, ...measured: Measured[]): PastRun => ({ at, metrics: judged(...measured) });

describe('trend of a metric', () => {
  it('is the change since the last run that measured it', () => {
    const runs = [
      run(1, { id: 'cpu', value: 4 }, { id: 'memory', value: 50e6 }),
      run(2, { id: 'cpu', value: 8 }),
      run(3, { id: 'cpu', value: null }),
    ];
    const now = withPrevious(judged({ id: 'cpu', value: 5 }, { id: 'memory', value: 120e6 }), runs);
    expect(now.map(({ previous }) => previous)).to.deep.equal([
      { at: 2, value: 8, status: 'pass', change: -3, trend: 'better' },
      { at: 1, value: 50e6, status: 'pass', change: 70e6, trend: 'worse' },
    ]);
  });

  it('is none without an earlier value, or without one now', () => {
    expect(withPrevious(judged({ id: 'cpu', value: 5 }), [])[0]?.previous).to.equal(null);
    const [metric] = withPrevious(judged({ id: 'cpu', value: null }), [run(1, { id: 'cpu', value: 40 })]);
    expect(metric?.previous).to.deep.equal({ at: 1, value: 40, status: 'fail', change: null, trend: null });
  });

  it('knows which way is better', () => {
    const trendOf = (id: JudgedMetric['id'], before: number, now: number) =>
      withPrevious(judged({ id, value: now }), [run(1, { id, value: before })])[0]?.previous?.trend;
    expect(trendOf('uptime', 90, 99)).to.equal('better');
    expect(trendOf('uptime', 99, 90)).to.equal('worse');
    expect(trendOf('rpc_latency', 9, 90)).to.equal('worse');
    expect(trendOf('packet_loss', 0, 0.5)).to.equal('worse');
    expect(trendOf('packet_loss', 0, 0)).to.equal('same');
    expect(trendOf('rpc_latency', 100, 101)).to.equal('same');
  });
});
