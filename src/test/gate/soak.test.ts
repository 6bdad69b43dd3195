import { expect } from 'chai';
import { judge } from '../../gate/gate.js';
import { judgeRounds, type Round, streaksOf } from '../../gate/soak.js';

/** Rounds in which the CPU took so many percent, of which 10 are too many; null = it could not be told. */
const roundsOf = (...values: (number | null)[]): Round[] =>
  values.map((value, index) => ({
    ...judge([{ id: 'cpu', value }], 15),
    number: index + 1,
    at: index * 60_000,
  }));

const judged = (...values: (number | null)[]) => {
  const rounds = roundsOf(...values);
  return judgeRounds(rounds, streaksOf(rounds));
};

describe('verdict of a soak', () => {
  it('fails what fails twice in a row', () => {
    expect(judged(1, 20, 30, 1).verdict).to.equal('fail');
    expect(streaksOf(roundsOf(1, 20, 30, 1))).to.deep.equal([
      { metric: 'cpu', kind: 'breach', from: 2, to: 3, at: 60_000, worst: 30 },
    ]);
  });

  it('only warns of single rounds that fail or can not be told', () => {
    expect(judged(1, 20, 1, 20, 1).verdict).to.equal('warn');
    expect(judged(1, null, 1).verdict).to.equal('warn');
    expect(judged(1, 2, 3).verdict).to.equal('pass');
    expect(
      streaksOf(roundsOf(20, 1, null)).map(({ kind, from, worst }) => [kind, from, worst]),
    ).to.deep.equal([
      ['flap', 1, 20],
      ['flap', 3, null],
    ]);
  });

  it('does not take what could not be told for an end of the failure', () => {
    expect(judged(1, 20, null, 20, 1).verdict).to.equal('fail');
    expect(judged(1, 20, null, 1).verdict).to.equal('unknown');
  });

  it('is unknown when something could not be told for several rounds, or ever', () => {
    expect(judged(1, null, null, 1).verdict).to.equal('unknown');
    expect(judged(null).verdict).to.equal('unknown');
    expect(judged(20).verdict).to.equal('fail');
  });

  it('tells the spread of the values, and where they were bad', () => {
    const [metric] = judged(2, 20, null, 4, 30, 40, 4).metrics;
    expect(metric?.spread).to.deep.equal({
      min: 2,
      mean: 100 / 6,
      max: 40,
      rounds: 7,
      failed: 3,
      unknown: 1,
    });
    expect(metric?.value).to.equal(100 / 6);
    expect(metric?.note).to.equal('could not be told in round 2-3; failed in round 5-6');
    expect(judged(null, null).metrics[0]).to.deep.include({
      value: null,
      spread: { min: null, mean: null, max: null, rounds: 2, failed: 0, unknown: 2 },
    });
  });

  it('counts what began before the rounds that are looked at', () => {
    const rounds = roundsOf(1, 20, 30, 1, 1, 1);
    const streaks = streaksOf(rounds);
    expect(judgeRounds(rounds.slice(0, 2), streaks).verdict).to.equal('fail');
    expect(judgeRounds(rounds.slice(2, 4), streaks).verdict).to.equal('fail');
    expect(judgeRounds(rounds.slice(3), streaks).verdict).to.equal('pass');
  });

  it('keeps metrics apart', () => {
    const rounds = [20, 1].map((cpu, index) => ({
      ...judge(
        [
          { id: 'memory' as const, value: index === 0 ? 1 : 200e6 },
          { id: 'cpu' as const, value: cpu },
        ],
        15,
      ),
      number: index + 1,
      at: index,
    }));
    expect(judgeRounds(rounds, streaksOf(rounds)).metrics.map(({ status }) => status)).to.deep.equal([
      'warn',
      'warn',
    ]);
  });
});
