import { type NetworkView, type NodeReport, regionsOf, tiersOf } from '@cqkd/node/control';
import { expect } from 'chai';
import type { NetworkHandle } from '../../services/network-handle.js';
import { subjectOf } from '../../services/subject.js';
import { bootstrapOf } from '../support/bootstrap.js';
import { nodesOf, planOf } from '../support/plan-input.js';

const plan = planOf(500);
const { signal } = new AbortController();

/** The bootstrap nodes that count in a network some of whose nodes are down. */
function entriesOf(enabled: 'true' | 'false', down: readonly string[], missing: readonly string[] = []) {
  const tiers: NetworkView['tiers'] = {};
  for (const { tier, nodes } of plan.tiers) tiers[tier] = { joined: nodes, failed: 0, total: nodes };
  const placed = nodesOf(plan);
  const hosts = plan.hosts
    .filter(({ name }) => !missing.includes(name))
    .map((spec) => ({
      ...{ name: spec.name, tiers: tiersOf(spec), regions: regionsOf(spec), state: 'up' },
      nodes: placed
        .filter(({ host }) => host === spec.name)
        .map((node): NodeReport => {
          const [address = '', port] = node.place.split(':');
          const state = down.includes(node.name) ? 'failed' : 'joined';
          const { name, tier, region } = node;
          return { name, id: '', address, port: Number(port), tier, region, state };
        }),
    }));
  const nodes = hosts.flatMap((host) => host.nodes);
  const reported = nodes.filter(({ tier }) => tier !== 'worker' && tier !== 'endpoint');
  const healthy = reported.filter(({ state }) => state === 'joined').length;
  const view = { tiers, hosts, bootstrap: bootstrapOf({ total: reported.length, healthy }) };
  const client = {
    network: async () => view,
    getSettings: async () => ({ settings: { enable_multi_level_bootstrap: enabled } }),
  };
  return subjectOf({ client, deployment: { plan } } as unknown as NetworkHandle).entries(signal);
}

describe('bootstrap nodes that nodes join through', () => {
  it('are all of the plan, those on hosts that never reported too', async () => {
    expect(plan.bootstraps).to.equal(44);
    expect(await entriesOf('true', ['sb-primary', 'lb-001'])).to.deep.equal({ total: 44, healthy: 42 });
    expect(await entriesOf('true', [], ['super-secondary'])).to.deep.equal({ total: 44, healthy: 43 });
    // Half of the regional and of the local nodes.
    expect(await entriesOf('true', [], ['shared-2'])).to.deep.equal({ total: 44, healthy: 24 });
  });

  it('are the two to fall back to without the hierarchy', async () => {
    expect(await entriesOf('false', ['lb-001', 'sb-tertiary'])).to.deep.equal({ total: 2, healthy: 2 });
    expect(await entriesOf('false', ['sb-secondary'])).to.deep.equal({ total: 2, healthy: 1 });
    expect(await entriesOf('false', [], ['super-primary'])).to.deep.equal({ total: 2, healthy: 1 });
    expect(await entriesOf('false', [], ['shared-1', 'shared-2'])).to.deep.equal({ total: 2, healthy: 2 });
  });
});
