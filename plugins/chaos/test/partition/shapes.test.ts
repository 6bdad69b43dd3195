import { expect } from 'chai';
import fc from 'fast-check';
import { type Cut, isOpen } from '../../src/partition/cut.js';
import { cutBy, type Shape, shapes } from '../../src/partition/shapes.js';
import { pictureOf } from '../support/pictures.js';

const network = (workers: number) => [...pictureOf(workers).nodes];

describe('shapes of a cut', () => {
  const nodes = network(100);
  const names = (cut: Cut) => cut.sides.flatMap((side) => side.nodes);
  const sizes = (shape: Shape) => cutBy(shape, nodes, 1).sides.map((side) => side.nodes.length);

  for (const shape of shapes) {
    it(`${shape}: every node is on one side, repeatably, in whatever order they are told`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 30, max: 300 }), fc.nat(), (workers, seed) => {
          const all = network(workers);
          const cut = cutBy(shape, all, seed);
          expect(names(cut).sort()).to.deep.equal(all.map(({ name }) => name).sort());
          expect(cutBy(shape, [...all].reverse(), seed)).to.deep.equal(cut);
          for (const [to, from] of cut.deaf) {
            expect(to).not.to.equal(from);
            expect(Math.max(to, from)).to.be.below(cut.sides.length);
          }
          expect(cut.deaf.length).to.be.above(0);
        }),
        { numRuns: 25 },
      );
    });
  }

  it('another seed makes another cut', () => {
    for (const shape of ['halves', 'majority', 'one-way', 'bridge', 'ring'] as const)
      expect(cutBy(shape, nodes, 1)).not.to.deep.equal(cutBy(shape, nodes, 2));
  });

  it('have the sizes that they are named after', () => {
    expect(sizes('halves')).to.deep.equal([55, 55]);
    expect(sizes('majority')).to.deep.equal([77, 33]);
    expect(sizes('minority')).to.deep.equal([33, 77]);
    expect(sizes('ring')).to.deep.equal([22, 22, 22, 22, 22]);
    expect(sizes('tier')).to.deep.equal([10, 100]);
    expect(sizes('bridge').at(-1)).to.equal(1);
    expect(sizes('prefix').length).to.equal(4);
    expect(cutBy('regions', nodes, 1).sides.map(({ name }) => name)).to.deep.equal(['east', 'north', 'west']);
  });

  it('keep the bootstrap nodes on the side that they are to be on', () => {
    for (const shape of ['majority', 'minority'] as const) {
      const [first] = cutBy(shape, nodes, 5).sides;
      expect(first?.nodes.filter((name) => name.startsWith('super')).length).to.equal(10);
    }
  });

  it('one-way: one side is heard and hears nothing', () => {
    expect(cutBy('one-way', nodes, 1).deaf).to.deep.equal([[0, 1]]);
  });

  it('bridge: one node speaks with both sides, which do not speak with each other', () => {
    const cut = cutBy('bridge', nodes, 1);
    expect([isOpen(cut, 0, 2), isOpen(cut, 1, 2), isOpen(cut, 0, 1)]).to.deep.equal([true, true, false]);
  });

  it('ring: each side speaks with a majority, and no two with the same', () => {
    const cut = cutBy('ring', nodes, 1);
    const open = cut.sides.map((_, one) => cut.sides.map((__, other) => isOpen(cut, one, other)));
    for (const row of open) expect(row.filter(Boolean).length).to.equal(3);
    expect(new Set(open.map(String)).size).to.equal(5);
  });

  it('moves nobody else when a node comes or goes', () => {
    const sideOf = (cut: Cut, name: string) => cut.sides.findIndex((side) => side.nodes.includes(name));
    const before = cutBy('halves', nodes, 3);
    const after = cutBy('halves', nodes.slice(1), 3);
    const moved = names(after).filter((name) => sideOf(before, name) !== sideOf(after, name));
    expect(moved.length).to.be.at.most(1);
  });

  it('are refused where a side would be empty', () => {
    const alone = nodes.filter(({ region }) => region === 'east');
    expect(() => cutBy('regions', alone, 1)).to.throw(/^--shape regions needs nodes on every side/);
    expect(() => cutBy('halves', [], 1)).to.throw(/of 0 nodes/);
    expect(() => cutBy('ring', nodes.slice(0, 3), 1)).to.throw(/--shape ring/);
  });
});
