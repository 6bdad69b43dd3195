import { stripVTControlCharacters } from 'node:util';
import type { Tier } from '@cqkd/node/control';
import { expect } from 'chai';
import { renderDeployment, renderDown } from '../../report/deploy-text.js';
import { renderPlan, wrap } from '../../report/plan-text.js';
import { renderStatus } from '../../report/status-text.js';
import type { DeployResult } from '../../services/results.js';
import type { HostStatus, NetworkStatus } from '../../services/status.js';
import { bootstrapOf } from '../support/bootstrap.js';
import { machine, planOf } from '../support/plan-input.js';

const widest = (text: string) =>
  Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map((line) => line.length),
  );

const resultOf = (workers: number): DeployResult => {
  const plan = planOf(workers);
  const { network, topology, bootstraps, nodes, hosts } = plan;
  const coordinator = { url: 'http://127.254.254.254:65535' };
  const numbers = {
    workers,
    bootstraps,
    nodes,
    hosts: hosts.length,
    bootstrapSeconds: 2.5,
    elapsedSeconds: 3.25,
  };
  return { network, driver: 'process', topology, ...numbers, coordinator, plan };
};

describe('texts for people', () => {
  for (const workers of [15, 200, 1500, 5000]) {
    it(`fit 80 columns for ${workers} workers`, () => {
      expect(widest(renderPlan(planOf(workers)))).to.be.at.most(80);
      const slow = { ...machine, udpMicroseconds: 60, nodeVersion: '20.20.2' };
      expect(widest(renderPlan(planOf(workers, { machine: slow, density: 50 })))).to.be.at.most(80);
      expect(widest(renderDeployment(resultOf(workers)))).to.be.at.most(80);
    });
  }

  it('say what has come up and what to type next', () => {
    const text = stripVTControlCharacters(renderDeployment(resultOf(1000)));
    expect(text).to.include('network test is up, 3.25 s after you typed it');
    expect(text).to.include('4 super nodes, 16 regional nodes, 64 local nodes');
    expect(text).to.include('11.9 workers a bootstrap node, ok');
    expect(text).to.match(/bootstrap {2}2\.5 s, target < 2 min\n/);
    expect(text).to.include('cqkd verify -n test');
  });

  it('name the limit that binds first', () => {
    const text = stripVTControlCharacters(renderPlan(planOf(1000)));
    expect(text).to.include('bootstrap connections would bind first, at 9118 workers');
  });

  const statusOf = (changes: Partial<NetworkStatus> = {}): NetworkStatus => ({
    network: 'one',
    driver: 'process',
    state: 'degraded',
    topology: 'tiered',
    workers: 15,
    coordinator: { url: 'http://127.0.0.1:4000', state: 'up' },
    tiers: {},
    bootstrapSeconds: 1,
    bootstrap: bootstrapOf(),
    hosts: [],
    ...changes,
  });
  const textOf = (status: NetworkStatus) => stripVTControlCharacters(renderStatus({ networks: [status] }));

  it('show the state of networks with their hosts', () => {
    const node = {
      name: 'sb-primary',
      id: '0',
      address: '127.0.0.1',
      port: 5678,
      tier: 'super',
      region: 'east',
      state: 'joined',
    } as const;
    const host: HostStatus = {
      name: 'super-primary',
      tiers: ['super'],
      regions: ['east'],
      state: 'up',
      nodes: [node],
    };
    const tiers: Tier[] = ['regional', 'local', 'worker', 'endpoint'];
    const regions = ['east', 'west', 'north', 'south'];
    const workers = ['joined', 'joining'] as const;
    const shared: HostStatus = {
      ...host,
      name: 'shared-1',
      tiers,
      regions,
      nodes: workers.map((state, i) => ({ ...node, name: `worker-000${i}`, port: 7000 + i, state })),
    };
    const text = textOf(
      statusOf({
        hosts: [
          host,
          shared,
          { ...host, name: 'worker-east-1', tiers: ['worker'], state: 'dead', nodes: [] },
        ],
      }),
    );
    expect(text).to.match(/one +degraded/);
    expect(text).to.match(/super-primary +super +east +1\/1 +5678 +up/);
    expect(text).to.match(/shared-1 +4 tiers +4 regions +1\/2 +7000-7001 +up/);
    expect(text).to.match(/worker-east-1 +worker +east +dead/);
    expect(widest(text)).to.be.at.most(80);
  });

  it('show the bootstrap nodes: one line while all is well, what is amiss on another', () => {
    const well = textOf(statusOf({ state: 'ready' }));
    expect(well).to.match(/bootstrap nodes +2 of 2 healthy, connections 4 of 1000 \(0\.4 %\)$/m);
    expect(well).not.to.include('failover');
    const bootstrap = bootstrapOf({
      total: 84,
      healthy: 68,
      connections: 1080,
      capacity: 9200,
      utilisationPercent: 11.739,
      coveragePercent: 75,
      promoted: ['rb-east-1', 'lb-001'],
      workers: { attached: 988, orphaned: 12 },
    });
    const amiss = textOf(statusOf({ bootstrap }));
    expect(amiss).to.match(/bootstrap nodes +68 of 84 healthy, connections 1080 of 9200 \(11\.7 %\)$/m);
    expect(amiss).to.match(/failover +2 promoted, 12 workers orphaned, 75 % of the regions covered$/m);
    expect(widest(amiss)).to.be.at.most(80);
    const flat = bootstrapOf({ capacity: null, utilisationPercent: null });
    expect(textOf(statusOf({ bootstrap: flat }))).to.match(/2 of 2 healthy, connections 4$/m);
    expect(textOf(statusOf({ bootstrap: null }))).not.to.include('bootstrap nodes');
  });

  it('say when there is nothing', () => {
    expect(renderStatus({ networks: [] })).to.include('cqkd deploy');
    expect(renderDown({ networks: [], elapsedSeconds: 0 })).to.equal('There is no network');
  });

  it('break lines between words', () => {
    expect(wrap('one two three', 8)).to.equal('one two\nthree');
  });
});
