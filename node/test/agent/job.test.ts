import { expect } from 'chai';
import type { CleanJob, CutJob } from '../../src/agent/job.js';
import { parseAgentJob } from '../../src/agent/job-schema.js';

describe('the job of an agent', () => {
  const target = { name: 'a', containerId: 'a'.repeat(64), pid: 7, addresses: ['10.0.0.1'] };
  const cut: CutJob = {
    do: 'cut',
    table: 'cqkd_partition-1.0',
    ttlMs: 1000,
    groups: [['10.0.0.1:6000'], ['10.0.0.2:6000']],
    deaf: [[0, 1]],
    wholeAddresses: ['10.0.0.1'],
    targets: [target],
  };
  const clean: CleanJob = { do: 'clean', table: null, targets: [target] };

  it('is taken as it is', () => {
    expect(parseAgentJob(JSON.stringify(cut))).to.deep.equal(cut);
    expect(parseAgentJob(JSON.stringify(clean))).to.deep.equal(clean);
    expect(parseAgentJob(JSON.stringify({ ...clean, table: 'cqkd_x' }))).to.deep.include({ table: 'cqkd_x' });
  });

  it('has nothing in it that a ruleset could take for something else', () => {
    const refused: object[] = [
      { table: 'filter' },
      { table: 'cqkd_a { }' },
      { groups: [['10.0.0.1:6000 }; flush ruleset']] },
      { groups: [['10.0.0.1']] },
      { wholeAddresses: ['0.0.0.0/0'] },
      { targets: [{ ...target, containerId: 'a' }] },
      { targets: [{ ...target, pid: 0 }] },
      { ttlMs: 0 },
    ];
    for (const change of refused) {
      const json = JSON.stringify({ ...cut, ...change });
      expect(() => parseAgentJob(json), json).to.throw(/^The job of the agent: .* takes .*, got /);
    }
    expect(() => parseAgentJob('{')).to.throw(/is not valid JSON/);
  });
});
