import { expect } from 'chai';
import { repeat } from '../../src/method/repeat.js';
import type { Sample } from '../../src/method/sample.js';
import { higher, told } from '../../src/suites/figures.js';
import { normal, sampleOf } from '../support/samples.js';

const figures = [...higher(null, ['speed', 'Speed', 'per_second']), ...told(['other', 'Other', 'count'])];

describe('repeat', () => {
  let timeMs: number;
  let signal: AbortSignal;
  const now = () => timeMs;
  const run = (speedOf: (index: number) => number, stepMs = 100, budgetMs = 10_000) =>
    repeat({
      figures,
      sample: async (index): Promise<Sample> => {
        timeMs += stepMs;
        return sampleOf({ speed: speedOf(index), other: index });
      },
      budgetMs,
      repetitions: { min: 3, max: 12 },
      signal,
      now,
    });

  beforeEach(() => {
    timeMs = 0;
    signal = new AbortController().signal;
  });

  it('ends as soon as the intervals are narrow, not before the fewest repetitions', async () => {
    const { samples, ended } = await run(() => 100);
    expect([samples.length, ended]).to.deep.equal([3, 'narrow']);
  });

  it('goes on while a figure scatters, to the most repetitions', async () => {
    const noise = normal(1);
    const { samples, ended } = await run(() => 100 * (1 + 0.3 * noise()));
    expect([samples.length, ended]).to.deep.equal([12, 'repetitions']);
  });

  it('takes a little noise by repeating more often', async () => {
    const noise = normal(2);
    const { samples, ended } = await run(() => 100 * (1 + 0.03 * noise()));
    expect(ended).to.equal('narrow');
    expect(samples.length).to.be.within(4, 11);
  });

  it('begins nothing that would end after its time', async () => {
    const noise = normal(3);
    const { samples, ended } = await run(() => 100 * (1 + 0.3 * noise()), 100, 450);
    expect([samples.length, ended]).to.deep.equal([4, 'time']);
  });

  it('measures once, however little time there is', async () => {
    const { samples, ended } = await run(() => 1, 1000, 10);
    expect([samples.length, ended]).to.deep.equal([1, 'time']);
  });

  it('is not narrow without a value', async () => {
    const { ended } = await run(() => Number.NaN);
    expect(ended).to.equal('repetitions');
  });

  it('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    signal = controller.signal;
    const running = run((index) => {
      if (index === 1) controller.abort(new Error('enough'));
      return index;
    });
    const error = await running.catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message', 'enough');
    expect(timeMs).to.equal(200);
  });
});
