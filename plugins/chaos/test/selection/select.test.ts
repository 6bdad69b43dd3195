import { createHash } from 'node:crypto';
import { UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import fc from 'fast-check';
import { holdersOf, requireSomeLeft, selectHosts, selectNodes } from '../../src/selection/select.js';
import type { Selector } from '../../src/selection/selector.js';
import { pictureOf } from '../support/pictures.js';

const picture = pictureOf(150);
const names = (selector: Selector, seed = 1) => selectNodes(picture, selector, seed).map(({ name }) => name);
const hosts = (selector: Selector, seed = 1) => selectHosts(picture, selector, seed).map(({ name }) => name);

describe('a selection of nodes', () => {
  it('is everybody that fits all that is said', () => {
    expect(names({ tier: 'super' }).length).to.equal(15);
    expect(names({ tier: 'worker', region: 'east' }).length).to.equal(50);
    expect(names({ hosts: ['host-super-3'] })).to.deep.equal(['super-3']);
    expect(names({ nodes: ['worker-7', 'super-1'], tier: 'super' })).to.deep.equal(['super-1']);
    const [{ id, name } = { id: '', name: '' }] = picture.nodes;
    expect(names({ nodes: [id] })).to.deep.equal([name]);
  });

  it('is so many of them, or such a share, at least one', () => {
    expect(names({ tier: 'worker', count: 3 }).length).to.equal(3);
    expect(names({ tier: 'worker', share: 0.2 }).length).to.equal(30);
    expect(names({ tier: 'super', share: 0.001 }).length).to.equal(1);
    expect(names({ tier: 'bootstrap', leaving: 1 }).length).to.equal(14);
  });

  it('is the same for the same seed, another for another, whatever order they are told in', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 150 }), (seed, count) => {
        const chosen = selectNodes(picture, { tier: 'worker', count }, seed);
        const turned = { ...picture, nodes: [...picture.nodes].reverse() };
        expect(selectNodes(turned, { tier: 'worker', count }, seed)).to.deep.equal(chosen);
        expect(new Set(chosen).size).to.equal(count);
      }),
      { numRuns: 30 },
    );
    expect(names({ count: 10 }, 1)).not.to.deep.equal(names({ count: 10 }, 2));
  });

  it('moves one place at most when a node comes', () => {
    const larger = pictureOf(151);
    const before = names({ tier: 'worker', count: 40 });
    const after = selectNodes(larger, { tier: 'worker', count: 40 }, 1).map(({ name }) => name);
    expect(after.filter((name) => !before.includes(name)).length).to.be.at.most(1);
  });

  it('is those that hold the value of a key', () => {
    const key = createHash('sha1').update('some key').digest('hex');
    const distance = (id: string) => BigInt(`0x${id}`) ^ BigInt(`0x${key}`);
    const byDistance = [...picture.nodes].sort((a, b) => (distance(a.id) < distance(b.id) ? -1 : 1));
    expect(holdersOf(picture, 'some key')).to.deep.equal(byDistance.slice(0, 20));
    expect(names({ holders: 'some key' }).sort()).to.deep.equal(
      byDistance
        .slice(0, 20)
        .map(({ name }) => name)
        .sort(),
    );
  });

  const wrong: [Selector, RegExp][] = [
    [{ tier: 'local' }, /^Nobody of 165 nodes is meant by tier local: choose others$/],
    [{ nodes: ['worker-1000'] }, /^There is no node worker-1000 .*; the nearest is worker-100$/],
    [{ hosts: ['host-easd-0'] }, /^There is no host host-easd-0 .*; the nearest is host-east-0$/],
    [{ tier: 'super', leaving: 15 }, /^--leaving 15 spares all 15 of 165 nodes that fit: spare fewer$/],
    [{ tier: 'super', count: 16 }, /^--count 16 is more than the 15 of 165 nodes that fit: choose fewer$/],
  ];
  for (const [selector, message] of wrong) {
    it(`is refused: ${JSON.stringify(selector)}`, () => {
      expect(() => names(selector)).to.throw(UsageError, message);
    });
  }

  it('is refused when nobody would be left', () => {
    expect(() => requireSomeLeft(picture, picture.nodes, 'die')).to.throw(
      UsageError,
      /^The selection is all 165 nodes, and nobody would be left to see them die/,
    );
    requireSomeLeft(picture, picture.nodes.slice(1), 'die');
  });
});

describe('a selection of hosts', () => {
  it('has every host that runs a node which is meant, and counts hosts', () => {
    expect(hosts({ nodes: ['worker-0', 'worker-3'] })).to.deep.equal(['host-east-0']);
    expect(hosts({ tier: 'worker' }).length).to.equal(6);
    expect(hosts({ tier: 'worker', count: 2 }).length).to.equal(2);
    expect(hosts({ share: 0.5 }).length).to.equal(11);
  });

  it('takes all nodes of a host along', () => {
    const [host] = selectHosts(picture, { nodes: ['worker-0'] }, 1);
    expect(host?.nodes.length).to.equal(25);
  });
});
