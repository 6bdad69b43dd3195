import { UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import { planOf } from '../../../../src/test/support/plan-input.js';
import { canaryOrder, hostsFor, shareOf } from '../../src/canary/canary-nodes.js';
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

describe('the nodes of a canary', () => {
  const plan = planOf(200);
  const order = canaryOrder(plan);
  const tierOf = new Map(
    plan.hosts.flatMap(({ groups }) =>
      groups.flatMap(({ tier, region, nodes }) => nodes.map(({ name }) => [name, { tier, region }] as const)),
    ),
  );
  const of = (name: string) => tierOf.get(name) ?? { tier: '', region: '' };

  it('are all of them in the end, workers first and super nodes last', () => {
    expect(order.map(({ name }) => name).sort()).to.deep.equal([...tierOf.keys()].sort());
    const tiers = order.map(({ name }) => of(name).tier);
    expect([...new Set(tiers)]).to.deep.equal(['worker', 'endpoint', 'regional', 'super']);
    expect(tiers.lastIndexOf('worker')).to.be.below(tiers.indexOf('super'));
  });

  it('are of as many regions as there can be', () => {
    const regions = order.slice(0, 4).map(({ name }) => of(name).region);
    expect(new Set(regions).size).to.equal(4);
  });

  it('are of all regions alike in any share, though hosts have whole regions', () => {
    for (const percent of [5, 10, 30, 50]) {
      const counts = new Map<string, number>();
      for (const { name } of shareOf(order, percent))
        counts.set(of(name).region, (counts.get(of(name).region) ?? 0) + 1);
      const sizes = [...counts.values()];
      expect(sizes.length, `${percent} %`).to.equal(4);
      expect(Math.max(...sizes) - Math.min(...sizes), `${percent} %`).to.be.at.most(1);
    }
  });

  it('are named with the host that runs them', () => {
    for (const { name, groups } of plan.hosts)
      for (const node of groups.flatMap(({ nodes }) => nodes))
        expect(order.find((each) => each.name === node.name)?.host, node.name).to.equal(name);
  });

  it('are a share of them, one at least', () => {
    expect(shareOf(order, 10).length).to.equal(Math.ceil(order.length / 10));
    expect(shareOf(order, 0.001)).to.deep.equal([order[0]]);
    expect(shareOf(order, 100)).to.deep.equal(order);
  });

  it('are whole hosts where running nodes can not take a change, as few as hold the share', () => {
    expect(hostsFor(order, 10)).to.deep.equal([order[0]?.host]);
    const all = plan.hosts.map(({ name }) => name);
    expect(hostsFor(order, 100).sort()).to.deep.equal(all.sort());
    const dense = canaryOrder(planOf(200, { density: 10 }));
    const held = dense.filter(({ host }) => hostsFor(dense, 30).includes(host)).length;
    expect(held / dense.length).to.be.within(0.3, 0.4);
    // A share that a host just holds takes no other one, and a node more does.
    const four = ['a', 'a', 'b', 'c'].map((host, index) => ({ name: `worker-${index}`, host }));
    expect([1, 50, 51, 75, 76].map((percent) => hostsFor(four, percent).join(''))).to.deep.equal([
      'a',
      'a',
      'ab',
      'ab',
      'abc',
    ]);
  });
});
