import { expect } from 'chai';
import type { HostFault } from '../../../src/control/faults-api.js';
import { Host } from '../../../src/host/host.js';
import type { HostSpec } from '../../../src/host/spec.js';
import { hostSpec, nodeGroup } from '../../support/cluster.js';
import { freePorts } from '../../support/free-ports.js';
import { until } from '../../support/until.js';

describe('faults of a real host', () => {
  let host: Host;
  let states: string[];
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const names = ['root', 'one', 'two', 'three'];

  const start = async () => {
    const ports = await freePorts(names.length);
    const spec: HostSpec = {
      ...hostSpec('worker-0'),
      candidates: [[], [`127.0.0.1:${ports[0]}`]],
      groups: [
        nodeGroup(
          'worker',
          names.map((name, i) => ({ name, port: ports[i] as number, candidates: i === 0 ? 0 : 1 })),
        ),
      ],
    };
    states = [];
    host = new Host(spec, { onState: ({ name, state }) => states.push(`${name} ${state}`) });
    await host.start();
    await until('all nodes to join', () => host.isReady);
    states = [];
  };
  const end = () => host.end(false);
  beforeEach(start);
  afterEach(end);

  const put = (ttlMs: number, fault: Partial<HostFault>) =>
    host.faults.set({ id: 'f', ttlMs, places: [], rules: {}, ...fault });
  const down = { down: { keep: false } };
  const sessions = { distribution: 'exponential', upSeconds: 0.2, downSeconds: 0.2, seed: 1 } as const;

  it('take nodes down, and bring them back under the same id and port', async () => {
    const before = ['one', 'two'].map((name) => host.node(name).report());
    await put(400, { rules: { one: down, two: down } });
    expect(states).to.deep.equal(['one left', 'two left']);
    expect(host.node('one').report()).to.include({ state: 'left', port: before[0]?.port });
    await until('their return', () => host.isReady);
    for (const report of before) {
      const { id, port, state } = host.node(report.name).report();
      expect({ id, port, state }).to.deep.equal({ id: report.id, port: report.port, state: 'joined' });
    }
    expect(host.faults.effects('f')).to.equal(undefined);
  });

  it('leave a node alone that was started by hand', async () => {
    await put(60_000, { rules: { one: down } });
    await host.restart('one');
    await until('its return', () => host.isReady);
    const { dht } = host.node('one');
    await host.faults.lift('f');
    expect(host.node('one').dht).to.equal(dht);
  });

  it('let nodes come and go, and all are there in the end', async () => {
    await put(1500, { rules: Object.fromEntries(names.slice(1).map((name) => [name, { churn: sessions }])) });
    let crashes = 0;
    await until('the end', () => {
      const effects = host.faults.effects('f');
      crashes = effects?.crashes ?? crashes;
      return !effects;
    });
    expect(crashes).to.be.above(2);
    await until('all nodes', () => host.isReady);
    expect(states.filter((state) => state.endsWith('left')).length).to.be.at.least(crashes);
  });

  it('begin no life of a node and leave no timer when the host ends in the middle of it', async () => {
    await end();
    const timersWithout = timers();
    await start();
    await put(60_000, {
      rules: { one: { churn: sessions }, two: down },
      stress: { cpu: 0.1, memoryBytes: 0 },
    });
    await until('a crash', () => !host.node('one').isAlive);
    await end();
    const { length } = states;
    expect(host.nodes.map(({ state }) => state)).to.deep.equal(names.map(() => 'left'));
    await host.faults.liftAll();
    expect(states.length).to.equal(length);
    expect(timers()).to.be.at.most(timersWithout);
  });
});
