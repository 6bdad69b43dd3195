import { expect } from 'chai';
import { Dynamics } from '../../src/refresh/dynamics.js';
import { VirtualClock } from '../../src/wire/virtual-clock.js';

describe('Dynamics', () => {
  const calm = async (tableSize = 100) => {
    const clock = new VirtualClock();
    const dynamics = new Dynamics(clock, () => tableSize);
    await clock.advance(3_600_000);
    return { clock, dynamics };
  };

  it('calms down from high through medium to low when nothing changes', async () => {
    const clock = new VirtualClock();
    const dynamics = new Dynamics(clock, () => 100);
    const seen = [dynamics.condition];
    for (let second = 0; second < 400; second += 10) {
      await clock.advance(10_000);
      if (dynamics.condition !== seen.at(-1)) seen.push(dynamics.condition);
    }
    expect(seen).to.deep.equal(['high', 'medium', 'low']);
    expect(dynamics.stability).to.be.above(0.95);
  });

  it('tells the share of the table that changes in a minute', async () => {
    const { clock, dynamics } = await calm();
    for (let second = 0; second < 600; second++) {
      await clock.advance(1000);
      if (second % 20 === 0) dynamics.note();
    }
    expect(dynamics.share).to.be.within(0.02, 0.04);
    expect(dynamics.condition).to.equal('medium');
    expect(dynamics.stability).to.be.above(0.5);
  });

  it('is high and unstable after a mass death', async () => {
    const { dynamics } = await calm();
    for (let i = 0; i < 20; i++) dynamics.note();
    expect(dynamics.condition).to.equal('high');
    expect(dynamics.stability).to.be.below(0.5);
  });

  it('does not take one change of a tiny table for unrest', async () => {
    const { dynamics } = await calm(2);
    dynamics.note();
    expect(dynamics.condition).to.equal('medium');
    expect(dynamics.stability).to.be.at.least(0.5);
  });
});
