import { expect } from 'chai';
import { coresNeeded, isCurrent } from '../../plan/cpu-load.js';
import type { PlanInput } from '../../plan/plan.js';
import { machine, planOf } from '../support/plan-input.js';

describe('the cores that a network needs', () => {
  const shape = { nodes: 1086, busyHosts: 2 };
  const here = { cores: 2, nodeVersion: '24.22.0', udpMicroseconds: 20 };
  const needed = (changes: Partial<typeof here & typeof shape>) =>
    coresNeeded({ ...shape, ...changes }, { ...here, ...changes }) as number;

  it('are not known where UDP could not be measured', () => {
    expect(coresNeeded(shape, { ...here, udpMicroseconds: null })).to.equal(null);
  });

  it('are more the slower UDP is, the more nodes there are, and with an older Node.js', () => {
    const base = needed({});
    expect(base).to.be.within(0.5, 1.5);
    expect(needed({ udpMicroseconds: 40 })).to.be.closeTo(2 * base, 1e-9);
    expect(needed({ nodes: 2172 })).to.be.closeTo(2 * base, 1e-9);
    // Smaller networks look fewer nodes up.
    expect(needed({ nodes: 181 })).to.be.below(base / 6);
    expect(needed({ nodeVersion: '20.20.2' })).to.be.above(base);
  });

  it('are more where more hosts than cores share the load, and no fewer with fewer hosts', () => {
    const base = needed({});
    expect(needed({ busyHosts: 1 })).to.equal(base);
    expect(needed({ busyHosts: 13 }))
      .to.be.above(needed({ busyHosts: 4 }))
      .and.above(base);
    expect(needed({ busyHosts: 13, cores: 16 })).to.equal(base);
  });

  it('are those of a current Node.js from 24 on', () => {
    const versions = ['20.19.0', '22.0.0', '23.11.1', '24.0.0', '26.1.0', '100.0.0'];
    expect(versions.map(isCurrent)).to.deep.equal([false, false, false, true, true, true]);
  });
});

describe('a plan that the processors can hardly carry', () => {
  const on = (workers: number, udpMicroseconds: number | null, input: Partial<PlanInput> = {}) =>
    planOf(workers, { machine: { ...machine, udpMicroseconds }, ...input });

  it('names the limit and says so, and is not refused', () => {
    const { limits, notes } = on(1000, 100);
    const cores = limits.find(({ name }) => name === 'cores');
    expect(cores).to.include({ unit: 'cores', advisory: true, available: 1.6 });
    expect(cores?.need).to.be.above(1.6);
    expect(cores?.maxWorkers).to.be.within(1, 999);
    expect(notes.join('\n')).to.match(/^about [\d.]+ cores under the standard load, more than 1\.6 of this/m);
  });

  it('is told from one that they carry, and from one of which that is not known', () => {
    const carried = on(1000, 10);
    expect(carried.notes).to.deep.equal([]);
    expect(carried.limits.find(({ name }) => name === 'cores')?.maxWorkers).to.be.above(1000);
    const unknown = on(1000, null);
    expect(unknown.notes).to.deep.equal([]);
    expect(unknown.limits.map(({ name }) => name)).not.to.include('cores');
  });

  it('is refused for another limit alone', () => {
    expect(() => on(10_000_000, 100)).to.throw(/at most 9118, because .* 9200 connections/);
  });

  it('names an older Node.js from 200 workers on', () => {
    const older = { ...machine, nodeVersion: '20.20.2', udpMicroseconds: 10 };
    const [note, ...others] = planOf(200, { machine: older }).notes;
    expect(others).to.deep.equal([]);
    const figures = /^hosts run on Node\.js 20\.20\.2: about ([\d.]+) cores .*, ([\d.]+) with Node\.js 24 /;
    const [, now, then] = figures.exec(note ?? '') ?? [];
    expect(Number(now)).to.be.at.least(Number(then));
    expect(planOf(199, { machine: older }).notes).to.deep.equal([]);
    expect(planOf(1000, { machine: { ...older, nodeVersion: '24.0.0' } }).notes).to.deep.equal([]);
  });
});
