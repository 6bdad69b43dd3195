import { expect } from 'chai';
import { InterruptedError } from '../../errors.js';
import { judge } from '../../gate/gate.js';
import { withPrevious } from '../../gate/trend.js';
import type { VerifyResult } from '../../services/results.js';
import { everyOf, type SoakClock } from '../../services/soak.js';
import { type VerifySoakOptions, verifySoak } from '../../services/verify-soak.js';
import { rejectionOf } from '../support/stand-in.js';

const hour = 3600;
/** A round takes so long. Seconds. */
const roundSeconds = 25;

/** A soak on a clock that stands still but for rounds and pauses. */
class TestSoak {
  readonly stop = new AbortController();
  readonly records: VerifyResult[] = [];
  readonly pauses: number[] = [];
  /** When each round began. Seconds. */
  readonly begins: number[] = [];
  readonly rounds: string[] = [];
  #nowMs = 0;

  /** @param cpuOf what a round measures; 10 % fail */
  constructor(readonly cpuOf: (round: number) => number | null = () => 1) {}

  run(seconds: number, options: Partial<VerifySoakOptions> = {}): Promise<VerifyResult> {
    const clock: SoakClock = {
      now: () => this.#nowMs,
      pause: async (ms, signal) => {
        signal.throwIfAborted();
        this.pauses.push(ms / 1000);
        this.#nowMs += ms;
      },
    };
    return verifySoak({
      seconds,
      clock,
      signal: this.stop.signal,
      measure: async (round) => {
        this.begins.push(this.#nowMs / 1000);
        const value = this.cpuOf(round);
        this.stop.signal.throwIfAborted();
        this.#nowMs += roundSeconds * 1000;
        return judge([{ id: 'cpu', value }], 15);
      },
      record: async ({ judgement, rounds, soak }) => {
        const metrics = withPrevious(judgement.metrics, []);
        const rest = { coordinatorMemoryBytes: null, elapsedSeconds: this.#nowMs / 1000, answers: [] };
        const result = { network: 'test', workers: 15, ...judgement, metrics, rounds, soak, ...rest };
        this.records.push(result);
        return result;
      },
      onRound: ({ number, verdict }, streaks) => {
        this.rounds.push(`${number} ${verdict} ${streaks.map(({ kind }) => kind).join()}`.trim());
      },
      ...options,
    });
  }
}

describe('soak', () => {
  it('measures once a minute, and rests meanwhile', async () => {
    const soak = new TestSoak();
    await soak.run(10 * 60);
    expect(soak.begins).to.deep.equal([0, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600]);
    expect(soak.pauses.slice(1)).to.deep.equal(Array.from({ length: 10 }, () => 60 - roundSeconds));
  });

  it('goes on at once after a round that took longer', async () => {
    const soak = new TestSoak();
    await soak.run(60, { everySeconds: 10 });
    expect(soak.begins).to.deep.equal([0, 25, 50]);
  });

  it('rests for a tenth of a short soak, and for a minute at most', () => {
    expect([1, 60, 600, 48 * hour].map(everyOf)).to.deep.equal([0.1, 6, 60, 60]);
  });

  it('leaves a record an hour and one at the end, for two days', async () => {
    const soak = new TestSoak((round) => (round > 60 ? 4 : 2));
    const result = await soak.run(48 * hour);
    expect(soak.records.map(({ soak: part }) => part?.hour)).to.deep.equal([
      ...Array.from({ length: 48 }, (_, index) => index + 1),
      null,
    ]);
    const [first, second] = soak.records;
    expect(first).to.deep.include({ rounds: 60, verdict: 'pass' });
    expect(first?.soak).to.deep.include({ from: 0, seconds: 48 * hour, everySeconds: 60 });
    expect(first?.metrics[0]?.spread).to.deep.include({ min: 2, mean: 2, max: 2, rounds: 60 });
    expect(second?.metrics[0]?.value).to.equal(4);
    expect(result).to.equal(soak.records.at(-1));
    expect(result).to.deep.include({ rounds: 48 * 60 + 1, verdict: 'pass' });
    expect(result.metrics[0]?.spread).to.deep.include({ min: 2, max: 4 });
  });

  it('fails by a breach that lasts, in the hour that it was in and as a whole', async () => {
    const soak = new TestSoak((round) => (round === 70 || round === 71 || round === 130 ? 50 : 1));
    const result = await soak.run(3 * hour);
    expect(soak.records.map(({ verdict }) => verdict)).to.deep.equal(['pass', 'fail', 'warn', 'fail']);
    expect(result.soak?.streaks.map(({ kind, from, to }) => [kind, from, to])).to.deep.equal([
      ['breach', 70, 71],
      ['flap', 130, 130],
    ]);
    expect(soak.rounds.slice(68, 72)).to.deep.equal(['69 pass', '70 fail flap', '71 fail breach', '72 pass']);
  });

  it('measures what failed in the last round once more', async () => {
    const lasting = new TestSoak((round) => (round >= 3 ? 50 : 1));
    expect((await lasting.run(120, { everySeconds: 60 })).verdict).to.equal('fail');
    expect(lasting.begins).to.deep.equal([0, 60, 120, 180]);
    const ended = new TestSoak((round) => (round === 3 ? 50 : 1));
    expect((await ended.run(120, { everySeconds: 60 })).verdict).to.equal('warn');
    expect(ended.begins).to.deep.equal([0, 60, 120, 180]);
  });

  it('leaves a record of what there is when it is interrupted', async () => {
    const soak: TestSoak = new TestSoak((round) => {
      if (round === 4) soak.stop.abort(new InterruptedError('SIGINT'));
      return 1;
    });
    const result = await soak.run(48 * hour);
    expect(soak.records).to.deep.equal([result]);
    expect(result).to.deep.include({ rounds: 3, verdict: 'pass' });
    expect(result.soak).to.deep.include({ hour: null, isInterrupted: true, from: 0 });
  });

  it('is nothing but interrupted before its first round has ended', async () => {
    const soak: TestSoak = new TestSoak(() => {
      soak.stop.abort(new InterruptedError('SIGINT'));
      return 1;
    });
    expect(await rejectionOf(soak.run(hour))).to.be.instanceOf(InterruptedError);
    expect(soak.records).to.deep.equal([]);
  });

  it('throws what is no interruption', async () => {
    const soak = new TestSoak((round) => {
      if (round === 2) throw new Error('out of luck');
      return 1;
    });
    expect((await rejectionOf(soak.run(hour))).message).to.equal('out of luck');
  });
});
