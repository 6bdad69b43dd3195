import { expect } from 'chai';
import { analyse } from '../../src/coordinator/measure/routing.js';

const id = (digit: string) => digit.repeat(40);
const node = (digit: string, port: number) => ({
  id: id(digit),
  address: '127.0.0.1',
  port,
  name: `node-${digit}`,
});

describe('routing measurement', () => {
  it('tells islands, orphans and entries that lead nowhere', () => {
    const alive = [node('a', 1), node('b', 2), node('c', 3), node('d', 4)];
    const dumps = [
      {
        contacts: [`${id('b')} 127.0.0.1 2`, `${id('e')} 127.0.0.1 5`, `${id('a')} 127.0.0.1 1`],
        nodes: [
          { id: id('a'), table: [0, 1] },
          { id: id('b'), table: [2] },
        ],
      },
      // c knows d where d no longer is, d knows nobody, and a node that is dead has a table too.
      {
        contacts: [`${id('d')} 127.0.0.1 9`],
        nodes: [
          { id: id('c'), table: [0] },
          { id: id('d'), table: [] },
          { id: id('e'), table: [0] },
        ],
      },
    ];
    expect(analyse(alive, dumps)).to.deep.equal({
      nodes: 4,
      edges: 4,
      weakComponents: 3,
      stronglyConnectedComponents: 3,
      orphans: ['node-c', 'node-d'],
      staleEntries: 2,
      acrossEntries: 0,
    });
  });

  it('counts entries that lead from one group into another', () => {
    const alive = [node('a', 1), node('b', 2), node('c', 3), node('d', 4)];
    const contacts = alive.map(({ id, port }) => `${id} 127.0.0.1 ${port}`);
    const dumps = [
      {
        contacts,
        nodes: [
          { id: id('a'), table: [1, 2, 3] },
          { id: id('b'), table: [0] },
          { id: id('c'), table: [0, 3] },
          { id: id('d'), table: [0, 1, 2] },
        ],
      },
    ];
    const groups = [['node-a', 'node-b'], ['node-c']];
    expect(analyse(alive, dumps, { groups }).acrossEntries).to.equal(2);
  });
});
