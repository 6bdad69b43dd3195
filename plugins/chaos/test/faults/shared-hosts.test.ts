import { expect } from 'chai';
import type { FaultName } from '../../src/faults/index.js';
import { faults } from '../../src/faults/index.js';
import { gateway, type Picture } from '../../src/picture.js';
import { selectParts } from '../../src/selection/select.js';
import { pictureOf } from '../support/pictures.js';

/** Thirty workers on two shared hosts, each with a local node, and super nodes on hosts of their own. */
const picture: Picture = (() => {
  const { nodes, ...rest } = pictureOf(30);
  const shared = nodes.map((node, index) =>
    node.tier === 'super' ? node : { ...node, host: `shared-${(index % 2) + 1}` },
  );
  const locals = shared
    .filter(({ tier }) => tier === 'worker')
    .slice(0, 2)
    .map((node, index) => ({
      ...node,
      name: `lb-00${index}`,
      id: `${index}`.repeat(40),
      tier: 'local' as const,
    }));
  return { nodes: [...shared, ...locals], ...rest };
})();
const plan = (name: FaultName, given: object) =>
  faults[name].plan(picture, faults[name].parameters.parse(given) as never, 1);

describe('faults of whole hosts, where hosts are shared', () => {
  it('select whole hosts where all their nodes fit, and else the nodes that fit', () => {
    const ofTier = selectParts(picture, { tier: 'worker' }, 1);
    expect(ofTier.map(({ name, nodes, isWhole }) => [name, nodes.length, isWhole]).sort()).to.deep.equal([
      ['shared-1', 15, false],
      ['shared-2', 15, false],
    ]);
    const named = selectParts(picture, { hosts: ['shared-1'] }, 1);
    expect(named.map(({ nodes, isWhole }) => [nodes.length, isWhole])).to.deep.equal([[16, true]]);
    const supers = selectParts(picture, { tier: 'super', count: 2 }, 1);
    expect(supers.every(({ isWhole }) => isWhole)).to.equal(true);
  });

  it('isolate: hits the chosen node alone, and a named host as a whole', () => {
    const one = plan('isolate', { tier: 'worker', count: 1 });
    expect(one.victims.hosts).to.deep.equal([]);
    expect(one.victims.nodes.length).to.equal(1);
    expect(one.sides.map(({ nodes }) => nodes.length)).to.deep.equal([picture.nodes.length - 1, 1]);
    const whole = plan('isolate', { hosts: ['shared-2'] });
    expect(whole.victims.hosts).to.deep.equal(['shared-2']);
    expect(whole.victims.nodes.length).to.equal(16);
  });

  it('pause: freezes whole hosts, and silences single nodes of a shared one', () => {
    const mixed = plan('pause', { nodes: ['super-0', 'worker-3'] });
    const others = mixed.sides[0]?.nodes ?? [];
    expect(mixed.victims).to.deep.equal({ hosts: ['host-super-0'], nodes: ['super-0', 'worker-3'] });
    expect(mixed.actions[0]).to.deep.equal({ by: 'pause', hosts: ['host-super-0'] });
    expect(mixed.actions[1]).to.deep.equal({
      by: 'node',
      request: {
        groups: [['worker-3'], ['super-0', ...others, gateway].sort(byPicture)],
        degraded: [{ group: 0, degradation: { loss: 1 } }],
        deaf: [[1, 0]],
      },
    });
  });

  it('kill: of a tier that shares its hosts, those nodes crash and no host is killed', () => {
    const { victims, actions } = plan('kill', { tier: 'local' });
    expect(victims.hosts).to.deep.equal([]);
    expect(victims.nodes).to.have.members(['lb-000', 'lb-001']);
    expect(actions.map(({ by }) => by)).to.deep.equal(['node']);
  });
});

/** In the order of the picture, the coordinator last. */
function byPicture(one: string, other: string): number {
  const place = (name: string) => {
    const index = picture.nodes.findIndex((node) => node.name === name);
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  return place(one) - place(other);
}
