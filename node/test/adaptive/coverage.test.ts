import { expect } from 'chai';
import fc from 'fast-check';
import { Ball, Coverage } from '../../src/adaptive/coverage.js';
import { compareDistance, NodeId } from '../../src/index.js';

const SPACE = 2 ** 32;
const positionOf = (id: NodeId) => id.w0 >>> 0;
const idsNamed = (count: number, seed: string) =>
  Array.from({ length: count }, (_, i) => NodeId.fromName(`${seed}-${i}`));
const ballAround = (centre: NodeId, ids: NodeId[], k: number) => {
  const nearest = [...ids].sort((a, b) => compareDistance(centre, a, b)).slice(0, k);
  return new Ball(
    centre,
    nearest.map((id) => ({ id })),
    nearest.length < k,
  );
};
const isIn = (ball: Ball, position: number) =>
  ball.ranges().some(([from, to]) => position >= from && position < to);

describe('coverage of the key space', () => {
  it('a ball holds what is nearer to its centre than its radius, and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 30 }), (name, k) => {
        const ids = idsNamed(100, name);
        const centre = NodeId.fromName(name);
        const ball = ballAround(centre, ids, k);
        const distance = (position: number) => (position ^ positionOf(centre)) >>> 0;
        const radius = Math.max(...ball.positions.map(distance));
        for (const probe of idsNamed(200, `probe ${name}`).map(positionOf)) {
          // The radius is cut by less than one part in 500.
          if (distance(probe) >= radius) expect(isIn(ball, probe)).to.equal(false);
          if (distance(probe) < radius * 0.998) expect(isIn(ball, probe)).to.equal(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('counts each part and each node once, however the balls overlap', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 12 }), (name, count) => {
        const ids = idsNamed(150, name);
        const coverage = new Coverage();
        const balls = idsNamed(count, `centre ${name}`).map((centre) => ballAround(centre, ids, 20));
        for (const ball of balls) coverage.add(ball);
        const known = new Set(balls.flatMap((ball) => ball.positions));
        expect(coverage.nodes).to.be.at.most(known.size);
        const inside = ids.map(positionOf).filter((position) => balls.some((ball) => isIn(ball, position)));
        // Beside what lies inside, each ball may count the node on its border and one in the sliver that was cut off.
        expect(coverage.nodes).to.be.within(inside.length, inside.length + 2 * count);
        const probes = idsNamed(2000, 'probe').map(positionOf);
        const share =
          probes.filter((probe) => balls.some((ball) => isIn(ball, probe))).length / probes.length;
        expect(coverage.share).to.be.closeTo(share, 0.06);
      }),
      { numRuns: 30 },
    );
  });

  it('is the whole space where there are fewer nodes than asked for', () => {
    const coverage = new Coverage();
    coverage.add(ballAround(NodeId.fromName('x'), idsNamed(7, 'few'), 20));
    expect(coverage.share).to.equal(1);
    expect(coverage.nodes).to.equal(7);
  });

  it('is nothing without nodes', () => {
    const coverage = new Coverage();
    coverage.add(new Ball(NodeId.fromName('x'), [], false));
    expect(coverage.share).to.equal(0);
    expect(SPACE * coverage.nodes).to.equal(0);
  });
});
