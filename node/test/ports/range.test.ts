import { expect } from 'chai';
import fc from 'fast-check';
import { balanced, type PortRange, regionRange, sizeOf, upwards } from '../../src/ports/range.js';
import { searchOrder } from '../../src/ports/search-order.js';

const range = fc
  .record({ min: fc.integer({ min: 1, max: 60_000 }), size: fc.integer({ min: 0, max: 2500 }) })
  .map(({ min, size }): PortRange => ({ min, max: min + size - 1 }));
const rising = (ports: Iterable<number>) => [...ports].sort((a, b) => a - b);

describe('a balanced order', () => {
  it('holds each port of the range once', () => {
    fc.assert(
      fc.property(range, (ports) => {
        expect(rising(balanced(ports))).to.deep.equal([...upwards(ports)]);
      }),
    );
  });

  it('spreads its first n ports evenly, whatever n is', () => {
    const ports = { min: 7000, max: 7999 };
    const order = [...balanced(ports)];
    for (const regions of [2, 4, 7, 10]) {
      const parts = Array.from({ length: regions }, (_, region) => regionRange(ports, region, regions));
      for (let n = 1; n <= order.length; n++) {
        const first = order.slice(0, n);
        const counts = parts.map(({ min, max }) => first.filter((port) => port >= min && port <= max).length);
        expect(Math.max(...counts) - Math.min(...counts), `${n} in ${regions} parts`).to.be.at.most(5);
      }
    }
  });
});

describe('the parts of regions', () => {
  it('cover the range, meet nowhere and differ by one port at most', () => {
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: 20 }), (ports, regions) => {
        const parts = Array.from({ length: regions }, (_, region) => regionRange(ports, region, regions));
        expect(parts.flatMap((part) => [...upwards(part)])).to.deep.equal([...upwards(ports)]);
        const sizes = parts.map(sizeOf);
        expect(Math.max(...sizes) - Math.min(...sizes)).to.be.at.most(1);
      }),
    );
  });

  it('are 250 ports for each of four regions', () => {
    const east = regionRange({ min: 7000, max: 7999 }, 0, 4);
    const south = regionRange({ min: 7000, max: 7999 }, 3, 4);
    expect([east, south]).to.deep.equal([
      { min: 7000, max: 7249 },
      { min: 7750, max: 7999 },
    ]);
  });

  it('are there for regions that exist', () => {
    for (const [region, regions] of [
      [4, 4],
      [-1, 4],
      [0.5, 4],
      [0, 0],
    ] as const)
      expect(() => regionRange({ min: 1, max: 9 }, region, regions)).to.throw(RangeError);
  });
});

describe('the order of a search', () => {
  it('is the home of the region, then the spare ports, then those that other workers prefer', () => {
    const order = searchOrder({ min: 10, max: 19, spareFrom: 14, home: { min: 16, max: 18 } });
    expect(rising(order.slice(0, 3))).to.deep.equal([16, 17, 18]);
    expect(order.slice(3)).to.deep.equal([14, 15, 19, 10, 11, 12, 13]);
  });

  it('holds each port of the space once, whatever the home is', () => {
    fc.assert(
      fc.property(range, range, fc.integer({ min: 0, max: 65_536 }), (space, home, spareFrom) => {
        expect(rising(searchOrder({ ...space, spareFrom, home }))).to.deep.equal([...upwards(space)]);
      }),
    );
  });
});
