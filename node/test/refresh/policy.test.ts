import { expect } from 'chai';
import fc from 'fast-check';
import { type Condition, type PolicyInput, planRefresh } from '../../src/refresh/policy.js';

const plan = (condition: Condition, changes: Partial<PolicyInput> = {}) =>
  planRefresh({
    condition,
    baseSeconds: 120,
    stability: 1,
    factor: 1,
    minSeconds: 15,
    maxSeconds: 600,
    ...changes,
  });

describe('planRefresh', () => {
  it('answers each condition with its kind, scope and interval', () => {
    expect(plan('critical')).to.deep.equal({ kind: 'immediate', scope: 'affected', intervalSeconds: 0 });
    expect(plan('high')).to.deep.equal({ kind: 'active', scope: 'active', intervalSeconds: 30 });
    expect(plan('medium')).to.deep.equal({ kind: 'normal', scope: 'all', intervalSeconds: 120 });
    expect(plan('low')).to.deep.equal({ kind: 'maintenance', scope: 'whole', intervalSeconds: 600 });
  });

  it('goes by the size within the range of the condition', () => {
    const seconds = (condition: Condition, baseSeconds: number) =>
      plan(condition, { baseSeconds, maxSeconds: 1800 }).intervalSeconds;
    expect([300, 240, 180, 120, 60].map((base) => seconds('high', base))).to.deep.equal([60, 60, 45, 30, 30]);
    expect([300, 240, 180, 120, 60].map((base) => seconds('medium', base))).to.deep.equal([
      300, 240, 180, 120, 120,
    ]);
    expect([300, 240, 180, 120, 60].map((base) => seconds('low', base))).to.deep.equal([
      1500, 1200, 900, 600, 600,
    ]);
  });

  it('halves the base while the network is unstable', () => {
    expect(plan('medium', { baseSeconds: 300, stability: 0.49 }).intervalSeconds).to.equal(150);
    expect(plan('medium', { baseSeconds: 300, stability: 0.5 }).intervalSeconds).to.equal(300);
  });

  it('lets the optimiser leave the range of the condition, but not the bounds of the settings', () => {
    expect(plan('high', { factor: 1 / 4 }).intervalSeconds).to.equal(15);
    expect(plan('medium', { factor: 4 }).intervalSeconds).to.equal(480);
    expect(plan('medium', { baseSeconds: 300, factor: 4, maxSeconds: 7200 }).intervalSeconds).to.equal(600);
    expect(plan('low', { maxSeconds: 100 }).intervalSeconds).to.equal(100);
    expect(plan('low', { baseSeconds: 300, factor: 4, maxSeconds: 7200 }).intervalSeconds).to.equal(1800);
  });

  it('never leaves the bounds, and calm is never refreshed more often than unrest', () => {
    const input = fc.record({
      baseSeconds: fc.double({ min: 1, max: 7200, noNaN: true }),
      stability: fc.double({ min: 0, max: 1, noNaN: true }),
      factor: fc.double({ min: 0.25, max: 4, noNaN: true }),
      minSeconds: fc.integer({ min: 1, max: 100 }),
      maxSeconds: fc.integer({ min: 100, max: 7200 }),
    });
    fc.assert(
      fc.property(input, (changes) => {
        const [high = 0, medium = 0, low = 0] = (['high', 'medium', 'low'] as const).map(
          (condition) => plan(condition, changes).intervalSeconds,
        );
        for (const seconds of [high, medium, low]) {
          expect(seconds).to.be.within(changes.minSeconds, changes.maxSeconds);
        }
        expect(high).to.be.at.most(medium);
        expect(medium).to.be.at.most(low);
      }),
    );
  });
});
