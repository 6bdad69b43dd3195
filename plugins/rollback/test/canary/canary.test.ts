import { type Plan, UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import { planOf } from '../../../../src/test/support/plan-input.js';
import { canaryOrder, shareOf } from '../../src/canary/choose-hosts.js';
import { parseCanary } from '../../src/canary/parse-canary.js';

describe('--canary', () => {
  it('takes growing shares up to all', () => {
    expect(parseCanary('10%,50%,100%')).to.deep.equal([10, 50, 100]);
    expect(parseCanary(' 2.5% , 100%')).to.deep.equal([2.5, 100]);
    expect(parseCanary('100%')).to.deep.equal([100]);
  });

  for (const text of ['', '10', '10%', '50%,10%,100%', '50%,50%,100%', '0%,100%', '10%,110%', 'x%,100%'])
    it(`refuses ${JSON.stringify(text)}`, () =>
      expect(() => parseCanary(text)).to.throw(UsageError, `got ${JSON.stringify(text)}`));
});

describe('the hosts of a canary', () => {
  const plan = planOf(200, { density: 10 }) as Plan;
  const order = canaryOrder(plan);
  const tierOf = (name: string) => plan.hosts.find((host) => host.name === name)?.tier;

  it('are all of them in the end, workers first and super nodes last', () => {
    expect([...order].sort()).to.deep.equal(plan.hosts.map(({ name }) => name).sort());
    expect(order.map(tierOf).lastIndexOf('worker')).to.be.below(order.map(tierOf).indexOf('super'));
  });

  it('are of as many regions as there can be', () => {
    const workers = order.filter((name) => tierOf(name) === 'worker');
    const regions = new Set(workers.slice(0, 4).map((name) => name.split('-')[1]));
    expect(regions.size).to.equal(4);
  });

  it('are a share of them, one at least', () => {
    expect(shareOf(order, 10).length).to.equal(Math.ceil(order.length / 10));
    expect(shareOf(order, 0.001)).to.deep.equal([order[0]]);
    expect(shareOf(order, 100)).to.deep.equal(order);
  });
});
