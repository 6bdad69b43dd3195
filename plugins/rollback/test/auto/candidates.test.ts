import type { MetricId } from '@cqkd/harness';
import type { Phase } from '@cqkd/node/control';
import { expect } from 'chai';
import type { AuditEntry } from '../../src/audit.js';
import { candidatesFor, failedGate } from '../../src/auto/candidates.js';

const now = Date.parse('2026-01-01T12:00:00Z');
const tried = (flag: string, minutesAgo: number, why = `${failedGate}cpu`) =>
  ({
    at: new Date(now - minutesAgo * 60_000).toISOString(),
    why,
    settings: { [flag]: { from: 'true', to: 'false' } },
  }) as unknown as AuditEntry;

interface Given {
  isOn?: (phase: Phase) => boolean;
  history?: AuditEntry[];
  since?: number;
}

const numbersOf = (failed: MetricId[], { isOn = () => true, history = [], since = 0 }: Given = {}) => {
  const { phases, resting } = candidatesFor(failed, isOn, history, { now, since });
  return { phases: phases.map(({ number }) => number), resting: resting.map(({ number }) => number) };
};

describe('the phases that a failed gate points to', () => {
  it('are those of its metric, the likeliest first', () => {
    expect(numbersOf(['cpu']).phases).to.deep.equal([4, 5, 3]);
    expect(numbersOf(['refresh_overhead']).phases).to.deep.equal([5]);
    expect(numbersOf(['uptime']).phases).to.deep.equal([]);
  });

  it('have 1 before 2 where both could', () => {
    expect(numbersOf(['join_success']).phases).to.deep.equal([1, 2]);
    expect(numbersOf(['bootstrap_health', 'join_success']).phases).to.deep.equal([1, 2]);
  });

  it('have first what several metrics put first', () => {
    expect(numbersOf(['packet_loss', 'refresh_overhead', 'lookup_recall']).phases[0]).to.equal(3);
  });

  it('are only those that are on', () => {
    expect(numbersOf(['cpu'], { isOn: ({ number }) => number !== 4 }).phases).to.deep.equal([5, 3]);
  });

  it('rest for ten minutes after they were tried for a failed gate', () => {
    const history = [tried('ENABLE_HEALTH_CHECK', 9), tried('ENABLE_ADAPTIVE_REFRESH', 11)];
    expect(numbersOf(['cpu'], { history })).to.deep.equal({ phases: [5, 3], resting: [4] });
  });

  it('do not rest when somebody asked for it, or an earlier network had it', () => {
    const asked = [tried('ENABLE_HEALTH_CHECK', 1, 'asked for')];
    expect(numbersOf(['cpu'], { history: asked }).resting).to.deep.equal([]);
    const earlier = [tried('ENABLE_HEALTH_CHECK', 2)];
    expect(numbersOf(['cpu'], { history: earlier, since: now - 60_000 }).resting).to.deep.equal([]);
  });
});
