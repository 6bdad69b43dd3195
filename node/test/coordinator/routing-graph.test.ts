import { expect } from 'chai';
import fc from 'fast-check';
import { countStrongComponents, countWeakComponents } from '../../src/coordinator/routing-graph.js';

/** By the definition: nodes that reach each other. */
function naiveStrong(graph: number[][]): number {
  const reaches = graph.map((_, start) => {
    const seen = new Set([start]);
    const queue = [start];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const to of graph[at] as number[]) if (!seen.has(to)) queue.push(to) && seen.add(to);
    }
    return seen;
  });
  const firsts = graph.map((_, a) => graph.findIndex((__, b) => reaches[a]?.has(b) && reaches[b]?.has(a)));
  return new Set(firsts).size;
}

const graphs = fc.integer({ min: 0, max: 12 }).chain((size) =>
  fc.array(fc.array(fc.integer({ min: 0, max: Math.max(0, size - 1) }), { maxLength: 3 }), {
    minLength: size,
    maxLength: size,
  }),
);

describe('routing graph', () => {
  it('counts strongly connected components as the definition says', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(countStrongComponents(graph)).to.equal(naiveStrong(graph));
      }),
    );
  });

  it('counts islands as if every edge had both directions', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const both = graph.map((targets) => [...targets]);
        for (const [from, targets] of graph.entries()) for (const to of targets) both[to]?.push(from);
        expect(countWeakComponents(graph)).to.equal(naiveStrong(both));
      }),
    );
  });

  it('takes a long path without running out of stack', () => {
    const path = Array.from({ length: 50_000 }, (_, index) => (index < 49_999 ? [index + 1] : []));
    expect(countStrongComponents(path)).to.equal(50_000);
    expect(countWeakComponents(path)).to.equal(1);
  });
});
