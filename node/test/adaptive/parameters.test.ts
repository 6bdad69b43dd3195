import { expect } from 'chai';
import fc from 'fast-check';
import { type ParameterRow, parameterTable, rowOf } from '../../src/adaptive/parameter-table.js';
import { adapt } from '../../src/adaptive/parameters.js';
import { parseSettings } from '../../src/settings.js';

const table = parameterTable(parseSettings({}));
const rowFor = (nodes: number) => table[rowOf(table, nodes)] as ParameterRow;
const quiet = { load: 0, roundTripMs: 100 };
const adapted = (nodes: number, conditions: object = {}) =>
  adapt(rowFor(nodes), { nodes, ...quiet, ...conditions });

describe('adaptive parameters', () => {
  it('follow the table of network sizes', () => {
    const rows = [1, 50, 51, 200, 201, 500, 501, 1000, 1001, 100_000].map((nodes) => {
      const { alpha, k, timeoutSeconds, refreshSeconds } = rowFor(nodes);
      return [nodes, alpha, k, timeoutSeconds, refreshSeconds];
    });
    expect(rows).to.deep.equal([
      [1, 3, 20, 5, 300],
      [50, 3, 20, 5, 300],
      [51, 4, 25, 8, 240],
      [200, 4, 25, 8, 240],
      [201, 6, 35, 15, 180],
      [500, 6, 35, 15, 180],
      [501, 8, 40, 20, 120],
      [1000, 8, 40, 20, 120],
      [1001, 8, 40, 20, 60],
      [100_000, 8, 40, 20, 60],
    ]);
  });

  it('take the bounds of the table from the settings', () => {
    const moved = parameterTable(parseSettings({ small_network_threshold: '10' }));
    expect(rowOf(moved, 10)).to.equal(0);
    expect(rowOf(moved, 11)).to.equal(1);
  });

  it('lower alpha under load, but never below 3', () => {
    const alphas = [0, 0.25, 0.5, 0.75, 1, 7].map((load) => adapted(1000, { load }).alpha);
    expect(alphas).to.deep.equal([8, 6, 4, 3, 3, 3]);
  });

  it('cap alpha by the binary logarithm of the size', () => {
    const wide = { ...rowFor(1000), alpha: 10 };
    expect(adapt(wide, { nodes: 100, ...quiet }).alpha).to.equal(7);
    expect(adapt(wide, { nodes: 4, ...quiet }).alpha).to.equal(3);
    expect(adapt({ ...wide, alpha: 30 }, { nodes: 1e6, ...quiet }).alpha).to.equal(10);
  });

  it('scale the time-out by size and latency, with the row as its ceiling', () => {
    expect(adapted(1000).timeoutMs).to.equal(20_000);
    expect(adapted(1000, { roundTripMs: 50 }).timeoutMs).to.be.closeTo(12_457, 1);
    expect(adapted(1000, { roundTripMs: undefined }).timeoutMs).to.equal(20_000);
    expect(adapted(256).timeoutMs).to.equal(15_000);
    expect(adapted(256, { roundTripMs: 1 }).timeoutMs).to.equal(7500);
    expect(adapted(20).timeoutMs).to.equal(5000);
  });

  it('stay within their bounds, whatever the conditions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 60_000, noNaN: true }), { nil: undefined }),
        (nodes, load, roundTripMs) => {
          const { alpha, k, timeoutMs, refreshSeconds } = adapted(nodes, { load, roundTripMs });
          const row = rowFor(nodes);
          expect(alpha).to.be.within(3, Math.max(3, Math.min(10, Math.ceil(Math.log2(Math.max(2, nodes))))));
          expect(Number.isInteger(alpha)).to.equal(true);
          expect([k, refreshSeconds]).to.deep.equal([row.k, row.refreshSeconds]);
          expect(timeoutMs).to.be.within(5000, row.timeoutSeconds * 1000);
        },
      ),
    );
  });
});
