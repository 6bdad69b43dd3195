import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { explainMetric } from '../../gate/explain.js';
import { metricIds } from '../../gate/metrics.js';
import { renderExplanation } from '../../report/explain-text.js';
import { renderRound } from '../../report/verify-round.js';
import { renderVerify } from '../../report/verify-table.js';
import { reportOf, soakReportOf } from '../support/verify-report.js';

const expectNarrow = (text: string) => {
  for (const line of text.split('\n')) expect(line.length, line).to.be.at.most(80);
};

describe('verify in a terminal', () => {
  it('fits 80 columns, and says which metric failed, why, and what it was before', () => {
    const text = stripVTControlCharacters(renderVerify(reportOf().result));
    expectNarrow(text);
    expect(text).to.match(/Memory, whole network +92 MB +< 100 MB +pass +\+12 MB worse/);
    expect(text).to.match(/Healthy bootstrap nodes +50 % +≥ 100 % +≥ 75 % +fail\n/);
    expect(text).to.contain('Healthy bootstrap nodes: 1 of 2 bootstrap nodes are down');
    expect(text).to.match(/\nFAIL {2}trial, 15 workers, held against the column of 15\n/);
    expect(text).to.match(/compared with the run of 2026-05-01 13:35 UTC$/);
  });

  it('says nothing of earlier runs where there is none', () => {
    const { result } = reportOf();
    const metrics = result.metrics.map((metric) => ({ ...metric, previous: null }));
    expect(renderVerify({ ...result, metrics })).not.to.match(/since|compared/);
  });

  it('marks targets of the user', () => {
    const targets = { memory: { target: 50e6, threshold: 95e6 } };
    const text = stripVTControlCharacters(renderVerify(reportOf({}, { targets }).result));
    expect(text).to.match(/Memory, whole network \* +92 MB +< 50 MB +< 95 MB +warn/);
    expect(text).to.contain('* target and threshold of your own');
  });

  it('tells of a soak the mean, the worst, and what failed when', () => {
    const text = stripVTControlCharacters(renderVerify(soakReportOf(1, 20, 30, 1).result));
    expectNarrow(text);
    expect(text).to.match(/CPU, whole network +13 % +30 % +< 10 % +fail/);
    expect(text).to.contain('CPU, whole network: failed in round 2-3');
    expect(text).to.contain('4 rounds in 4 min, one every 1 min, interrupted');
  });

  it('tells a round on a line', () => {
    const { rounds, result } = soakReportOf(1, 20, 30);
    const line = (index: number) =>
      stripVTControlCharacters(renderRound(rounds[index]!, result.soak?.streaks ?? []));
    expect(line(0)).to.equal('round 1  13:42:10 UTC  pass');
    expect(line(2)).to.equal('round 3  13:44:10 UTC  fail  CPU, whole network 30 % (2 rounds in a row)');
  });

  it('explains each metric within 80 columns', () => {
    for (const id of metricIds) expectNarrow(stripVTControlCharacters(renderExplanation(explainMetric(id))));
    const text = stripVTControlCharacters(renderExplanation(explainMetric('bootstrap_time')));
    expect(text).to.match(/up to 200 +< 1 min +< 1 min 30 s/);
    expect(text).to.match(/phases +1 dynamic ports, ENABLE_DYNAMIC_PORTS\n +2 multi-level bootstrap/);
    const uptime = stripVTControlCharacters(renderExplanation(explainMetric('uptime')));
    expect(uptime).to.match(/any number +> 99 %/);
    expect(stripVTControlCharacters(renderExplanation(explainMetric('hops_p90')))).to.match(/only reported/);
  });
});
