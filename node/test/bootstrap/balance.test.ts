import { expect } from 'chai';
import fc from 'fast-check';
import { fairShare, hasRoom, lacking, surplus } from '../../src/bootstrap/balance.js';
import { Pace } from '../../src/bootstrap/pace.js';

const share = fc.record({ attached: fc.nat(200), capacity: fc.constantFrom(50, 100, 250) });
const tier = fc.tuple(share, fc.array(share, { minLength: 1, maxLength: 16 }));

describe('balance of a tier', () => {
  it('hands over no more than is too much, and only what others lack', () => {
    fc.assert(
      fc.property(tier, ([own, others]) => {
        const count = surplus(own, others);
        expect(count).to.be.at.least(0);
        if (count === 0) return;
        expect(own.attached - count).to.be.at.least(fairShare(own, others));
        const lack = others.reduce((sum, other) => {
          return (
            sum +
            Math.max(0, fairShare(other, [own, ...others.filter((each) => each !== other)]) - other.attached)
          );
        }, 0);
        expect(count).to.be.at.most(Math.ceil(lack));
      }),
    );
  });

  it('sends nobody to one that is not below its share, and such a one takes nobody', () => {
    fc.assert(
      fc.property(tier, ([own, others]) => {
        for (const other of lacking(own, others)) {
          const rest = [own, ...others.filter((each) => each !== other)];
          expect(other.attached).to.be.below(fairShare(other, rest));
          expect(hasRoom(other, rest)).to.equal(true);
        }
        if (surplus(own, others) > 0) expect(hasRoom(own, others)).to.equal(false);
      }),
    );
  });

  it('comes to rest: whoever was moved need not move again', () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 2, maxLength: 16 }), (nodes) => {
        const total = nodes.reduce((sum, { attached }) => sum + attached, 0);
        let moved = 0;
        for (let round = 0; round < 50; round++) {
          // All decide on the same old news.
          const before = nodes.map((node) => ({ ...node }));
          nodes.forEach((node, index) => {
            const others = before.filter((_, other) => other !== index);
            const count = surplus(before[index] as (typeof before)[number], others);
            const targets = lacking(before[index] as (typeof before)[number], others);
            for (let i = 0; i < count && targets.length > 0; i++) {
              const target = nodes[before.indexOf(targets[i % targets.length] as (typeof before)[number])];
              const rest = nodes.filter((each) => each !== target);
              if (!target || !hasRoom(target, rest)) continue;
              node.attached--;
              target.attached++;
              moved++;
            }
          });
        }
        expect(nodes.reduce((sum, { attached }) => sum + attached, 0)).to.equal(total);
        expect(moved).to.be.at.most(total);
        nodes.forEach((node, index) => {
          expect(
            surplus(
              node,
              nodes.filter((_, other) => other !== index),
            ),
          ).to.be.at.most(1);
        });
      }),
    );
  });
});

describe('Pace', () => {
  it('lets no more happen in any second than it may, twice that at its beginning', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(400), { maxLength: 100 }),
        fc.integer({ min: 1, max: 20 }),
        (gaps, rate) => {
          const pace = new Pace(() => rate);
          const happened: number[] = [];
          let nowMs = 0;
          for (const gap of gaps) {
            nowMs += gap;
            if (pace.take(nowMs)) happened.push(nowMs);
          }
          for (const startMs of happened) {
            const inSecond = happened.filter((atMs) => atMs >= startMs && atMs < startMs + 1000).length;
            expect(inSecond).to.be.at.most(2 * rate);
          }
        },
      ),
    );
  });
});
