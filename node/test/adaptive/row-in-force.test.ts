import { expect } from 'chai';
import fc from 'fast-check';
import { parameterTable } from '../../src/adaptive/parameter-table.js';
import { RowInForce } from '../../src/adaptive/row-in-force.js';
import { parseSettings } from '../../src/settings.js';

const table = parameterTable(parseSettings({}));
const LARGEST = [50, 200, 500, 1000, Number.POSITIVE_INFINITY];

describe('the row in force', () => {
  let inForce: RowInForce;
  const largest = () => inForce.row.largest;

  beforeEach(() => {
    inForce = new RowInForce(table, 100);
  });

  it('changes when the size stays beyond its bound for a minute', () => {
    inForce.update(300, 0);
    inForce.update(300, 59_000);
    expect(largest()).to.equal(200);
    inForce.update(300, 60_000);
    expect(largest()).to.equal(500);
  });

  it('goes to the row of the size, over several bounds too, and back down', () => {
    for (const atMs of [0, 60_000]) inForce.update(5000, atMs);
    expect(largest()).to.equal(Number.POSITIVE_INFINITY);
    for (const atMs of [70_000, 130_000]) inForce.update(20, atMs);
    expect(largest()).to.equal(50);
  });

  it('stays while the size is within a tenth of its bounds', () => {
    for (let atMs = 0; atMs < 600_000; atMs += 10_000) inForce.update(atMs % 20_000 === 0 ? 220 : 46, atMs);
    expect(largest()).to.equal(200);
  });

  it('counts the minute anew after the size came back', () => {
    inForce.update(300, 0);
    inForce.update(200, 30_000);
    inForce.update(300, 59_000);
    inForce.update(300, 118_000);
    expect(largest()).to.equal(200);
    inForce.update(300, 119_000);
    expect(largest()).to.equal(500);
  });

  it('is that of the size at once when it is settled, by another table too', () => {
    inForce.settle(700);
    expect(largest()).to.equal(1000);
    inForce.settle(700, parameterTable(parseSettings({ large_network_threshold: '800' })));
    expect(largest()).to.equal(800);
  });

  it('never changes twice within a minute, whatever the estimates', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(sizes, (values) => {
        const force = new RowInForce(table, 100);
        let changedAtMs = Number.NEGATIVE_INFINITY;
        for (const [look, nodes] of values.entries()) {
          const before = force.row;
          force.update(nodes, look * 10_000);
          if (force.row === before) continue;
          expect(look * 10_000 - changedAtMs).to.be.at.least(60_000);
          changedAtMs = look * 10_000;
        }
        expect(LARGEST).to.include(force.row.largest);
      }),
    );
  });
});
