import { expect } from 'chai';
import { judge, worst } from '../../gate/gate.js';
import { type MetricId, metricIds } from '../../gate/metrics.js';
import { columnFor, targetOf } from '../../gate/targets.js';

const statusOf = (
  id: (typeof metricIds)[number],
  value: number | null,
  workers: number,
  saturated?: string,
) => judge([{ id, value, saturated }], workers).metrics[0]!.status;

describe('target table', () => {
  it('takes the smallest column that holds the workers', () => {
    expect([1, 15, 16, 50, 80, 200, 201, 500, 501, 1000, 1500].map(columnFor)).to.deep.equal([
      15, 15, 50, 50, 200, 200, 500, 500, 1000, 1000, 1000,
    ]);
  });

  it('holds the figures of the documents', () => {
    expect(targetOf('bootstrap_time', 200)).to.deep.equal({ target: 60, threshold: 90 });
    expect(targetOf('discovery_time', 15)).to.deep.equal({ target: 5, threshold: 7 });
    expect(targetOf('health_check_time', 1000)).to.deep.equal({ target: 25, threshold: 30 });
    expect(targetOf('memory', 500)).to.deep.equal({ target: 2e9, threshold: null });
    expect(targetOf('cpu', 50)).to.deep.equal({ target: 20, threshold: null });
    expect(targetOf('rpc_latency', 50)).to.deep.equal({ target: 100, threshold: 500 });
  });
});

describe('gate', () => {
  it('passes below the target, warns up to the threshold, fails beyond it', () => {
    expect(statusOf('bootstrap_time', 29.9, 15)).to.equal('pass');
    expect(statusOf('bootstrap_time', 30, 15)).to.equal('warn');
    expect(statusOf('bootstrap_time', 44.9, 15)).to.equal('warn');
    expect(statusOf('bootstrap_time', 45, 15)).to.equal('fail');
  });

  it('fails beyond the target where there is no threshold', () => {
    expect(statusOf('memory', 99e6, 15)).to.equal('pass');
    expect(statusOf('memory', 101e6, 15)).to.equal('fail');
  });

  it('wants more where more is better', () => {
    expect(statusOf('discovery_success', 95, 15)).to.equal('fail');
    expect(statusOf('discovery_success', 95.1, 15)).to.equal('pass');
    expect(statusOf('lookup_recall', 0.97, 15)).to.equal('warn');
  });

  it('takes "at least" as it is meant', () => {
    expect(statusOf('bootstrap_health', 100, 15)).to.equal('pass');
    expect(statusOf('bootstrap_health', 99.9, 15)).to.equal('warn');
    expect(statusOf('bootstrap_health', 75, 15)).to.equal('warn');
    expect(statusOf('bootstrap_health', 74.9, 15)).to.equal('fail');
    expect(statusOf('join_success', 99.5, 15)).to.equal('pass');
    expect(statusOf('join_success', 99, 15)).to.equal('warn');
    expect(statusOf('join_success', 98.9, 15)).to.equal('fail');
    expect(statusOf('discovered_healthy', 95, 15)).to.equal('pass');
    expect(statusOf('discovered_healthy', 94.9, 15)).to.equal('fail');
  });

  it('passes the best that there is, whatever is asked for', () => {
    const ownStatus = (id: MetricId, value: number, target: number) =>
      judge([{ id, value }], 15, { [id]: { target, threshold: null } }).metrics[0]!.status;
    expect(ownStatus('reachability', 100, 100)).to.equal('pass');
    expect(ownStatus('reachability', 99.9, 100)).to.equal('fail');
    expect(ownStatus('lookup_recall', 1, 1)).to.equal('pass');
    expect(ownStatus('packet_loss', 0, 0)).to.equal('pass');
    expect(ownStatus('packet_loss', 0.1, 0)).to.equal('fail');
  });

  it("takes the user's own targets for the table's, and says so", () => {
    const own = {
      memory: { target: null, threshold: 200e6 },
      cpu: { target: null, threshold: null },
    };
    const measured = [
      { id: 'memory' as const, value: 150e6 },
      { id: 'cpu' as const, value: 90 },
      { id: 'uptime' as const, value: 100 },
    ];
    const { metrics } = judge(measured, 15, own);
    expect(metrics.map(({ status, own }) => [status, own])).to.deep.equal([
      ['pass', true],
      ['pass', true],
      ['pass', undefined],
    ]);
    expect(judge([{ id: 'memory', value: 250e6 }], 15, own).verdict).to.equal('fail');
  });

  it('never passes what was not measured', () => {
    for (const id of metricIds) expect(statusOf(id, null, 15), id).to.equal('unknown');
  });

  it('does not judge a figure that can not be', () => {
    const [metric] = judge([{ id: 'bootstrap_time', value: -86_398 }], 15).metrics;
    expect(metric).to.include({ status: 'unknown', note: 'an impossible figure: -86398' });
    expect(statusOf('cpu', Number.NaN, 15)).to.equal('unknown');
  });

  it('does not blame the network for a failing timing on a saturated machine', () => {
    expect(statusOf('discovery_time', 100, 15, 'busy')).to.equal('unknown');
    expect(statusOf('discovery_time', 1, 15, 'busy')).to.equal('pass');
    expect(statusOf('memory', 1e12, 15, 'busy')).to.equal('fail');
    const [metric] = judge([{ id: 'discovery_time', value: 100, saturated: 'busy' }], 15).metrics;
    expect(metric?.note).to.equal('the machine was saturated: busy');
    expect(metric?.saturated).to.equal('busy');
  });

  it('only warns about targets above 1000 workers; thresholds still gate', () => {
    expect(statusOf('memory', 5e9, 1500)).to.equal('warn');
    expect(statusOf('memory', 5e9, 1000)).to.equal('fail');
    expect(statusOf('bootstrap_time', 150, 1500)).to.equal('warn');
    expect(statusOf('bootstrap_time', 200, 1500)).to.equal('fail');
  });

  it('gives the worst verdict to the whole', () => {
    expect(worst(['pass', 'warn', 'unknown', 'fail'])).to.equal('fail');
    expect(worst(['pass', 'warn', 'unknown'])).to.equal('unknown');
    expect(worst(['pass', 'warn'])).to.equal('warn');
    expect(worst(['pass'])).to.equal('pass');
    expect(worst([])).to.equal('pass');
  });
});
