import { createSocket, type Socket } from 'node:dgram';
import { expect } from 'chai';
import type { Tier } from '../../src/control/api.js';
import { HttpError } from '../../src/control/http-error.js';
import { Host, HostError } from '../../src/host/host.js';
import {
  type HostSpec,
  type NodeGroup,
  type NodeSpec,
  nodesOf,
  regionsOf,
  tiersOf,
} from '../../src/host/spec.js';
import { hostSpec, nodeGroup } from '../support/cluster.js';
import { freePorts } from '../support/free-ports.js';
import { until } from '../support/until.js';

describe('Host', () => {
  const hosts: Host[] = [];
  const sockets: Socket[] = [];

  const start = async (spec: HostSpec) => {
    const host = new Host(spec);
    hosts.push(host);
    await host.start();
    return host;
  };
  const ready = (host: Host) => until('all nodes to join', () => host.isReady);
  /** A host of one tier whose first node is the root of the network. */
  const hostOf = (tier: Tier, ports: number[], changes: Partial<HostSpec> = {}): HostSpec => ({
    ...hostSpec(`${tier}-0`),
    candidates: [[], [`127.0.0.1:${ports[0]}`]],
    groups: [
      nodeGroup(
        tier,
        ports.map((port, index) => ({ name: `${tier}-${port}`, port, candidates: index === 0 ? 0 : 1 })),
      ),
    ],
    ...changes,
  });
  const workers = (ports: number[], changes?: Partial<HostSpec>) => hostOf('worker', ports, changes);
  const take = async (port: number) => {
    const socket = createSocket('udp4');
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  };

  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.end(false)));
    for (const socket of sockets.splice(0)) socket.close();
  });

  it('joins its nodes and counts what they send', async () => {
    const host = await start(workers(await freePorts(4)));
    await ready(host);
    expect(host.nodes.map((node) => node.state)).to.deep.equal(Array(4).fill('joined'));
    expect(host.underway).to.equal(0);
    const { datagramsSent, datagramsReceived, attempts } = host.counters();
    expect(datagramsSent).to.be.above(0);
    expect(datagramsReceived).to.equal(datagramsSent);
    expect(attempts).to.be.above(0);
  });

  it('moves a worker whose port is taken to a spare one', async () => {
    const [first = 0, taken = 0, spare = 0] = await freePorts(3);
    await take(taken);
    const ports = { min: spare, max: spare, spareFrom: spare };
    const host = await start(workers([first, taken], { ports }));
    await ready(host);
    expect(host.node(`worker-${taken}`).report().port).to.equal(spare);
  });

  it('marks a worker that finds no port, and goes on with the others', async () => {
    const [first = 0, taken = 0, third = 0] = await freePorts(3);
    await take(taken);
    const ports = { min: taken, max: taken, spareFrom: taken };
    const host = await start(workers([first, taken, third], { ports }));
    await until('the others', () => host.joined(`worker-${first}`) && host.joined(`worker-${third}`));
    const report = host.node(`worker-${taken}`).report();
    expect(report.state).to.equal('failed');
    expect(report.error).to.match(/^Port \d+ of 127\.0\.0\.1 is taken/);
    expect(host.isReady).to.equal(false);
  });

  it('fails when the port of a bootstrap node is taken', async () => {
    const [port = 0] = await freePorts(1);
    await take(port);
    const spec = {
      ...hostSpec('super-0'),
      groups: [nodeGroup('super', [{ name: 'sb-0', port, candidates: 0 }])],
    };
    const host = new Host(spec);
    hosts.push(host);
    const error = await host.start().catch((reason) => reason);
    expect(error).to.be.instanceOf(HostError);
    expect(error.message).to.equal(
      `sb-0: Port ${port} of 127.0.0.1 is taken by another program: stop it, or move the network to another address`,
    );
    expect(host.node('sb-0').state).to.equal('failed');
  });

  it('refuses a spec that makes no sense', () => {
    const node = { name: 'a', port: 1, candidates: 0 };
    const [one, other] = [nodeGroup('local', [node]), nodeGroup('worker', [node])];
    const stray = nodeGroup('worker', [{ ...node, candidates: 1 }]);
    expect(() => new Host({ ...hostSpec('x'), groups: [stray] })).to.throw(HostError);
    expect(() => new Host({ ...hostSpec('x'), groups: [one, other] })).to.throw('Node a is there twice');
    expect(() => new Host({ ...hostSpec('x'), settings: { fallback_k: '0' } })).to.throw(/FALLBACK_K/);
  });

  it('follows a changed spec: new nodes join, missing ones leave, others attach anew', async () => {
    const ports = await freePorts(5);
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = ports;
    const host = await start(workers([a, b, c, d]));
    await ready(host);
    const before = host.counters().datagramsSent;

    const changed = workers([a, b, c, e]);
    changed.candidates.push([`127.0.0.1:${b}`]);
    (nodesOf(changed)[2] as NodeSpec).candidates = 2;
    expect(host.reconcile(changed)).to.include({ joining: 1, leaving: 1, moved: 1 });
    await until('the new node', () => host.joined(`worker-${e}`));
    expect(() => host.node(`worker-${d}`)).to.throw(HttpError);
    await until('the other parent', () => host.node(`worker-${c}`).dht.parent?.port === b);
    const knows = () => host.node(`worker-${a}`).dht.kademlia.table.contacts();
    expect(knows().some((contact) => contact.port === d)).to.equal(false);
    expect(host.counters().datagramsSent).to.be.above(before);

    expect(host.reconcile(changed)).to.include({ joining: 0, leaving: 0, moved: 0 });
    expect(() => host.reconcile({ ...changed, name: 'worker-1' })).to.throw(HostError);
    expect(() => host.reconcile({ ...changed, network: 'other' })).to.throw(HostError);
  });

  it('lets a node leave, crash and start anew under its id', async () => {
    const [a = 0, b = 0, c = 0] = await freePorts(3);
    const host = await start(workers([a, b, c]));
    await ready(host);
    const name = `worker-${b}`;
    const { id } = host.node(name).report();
    const first = () => host.node(`worker-${a}`).dht.kademlia.table.contacts();

    await host.node(name).leave();
    expect(host.node(name).state).to.equal('left');
    await until('the others to forget it', () => !first().some((contact) => contact.port === b));
    expect(host.isReady).to.equal(false);

    await host.restart(name);
    await ready(host);
    expect(host.node(name).report()).to.include({ id, port: b, state: 'joined' });
    const before = host.counters().datagramsSent;

    host.node(name).crash();
    expect(host.node(name).state).to.equal('left');
    await host.restart(name);
    await ready(host);
    expect(host.counters().datagramsSent).to.be.above(before);
  });

  it('starts a bootstrap node anew on its port however often it is told at once', async () => {
    const [port = 0] = await freePorts(1);
    const host = await start(hostOf('super', [port]));
    await ready(host);
    const name = `super-${port}`;
    await Promise.all([host.restart(name), host.restart(name), host.restart(name)]);
    await ready(host);
    expect(host.node(name).report()).to.include({ port, state: 'joined' });
  });

  it('leaves no socket of a node that is told to end while it opens one', async () => {
    const [port = 0] = await freePorts(1);
    const host = await start(hostOf('super', [port]));
    await ready(host);
    const name = `super-${port}`;
    const restarted = host.restart(name);
    await Promise.resolve();
    host.node(name).crash();
    await restarted;
    await take(port);
    expect(host.node(name).state).to.equal('left');
  });
});

describe('a host that nodes of several tiers and regions share', () => {
  let host: Host;
  let ports: number[];
  let spare: number[];
  const sockets: Socket[] = [];

  /** A regional node in the east that is the root, and one worker in each of two regions. */
  const shared = (region = 'west'): HostSpec => {
    const [root = 0, east = 0, west = 0] = ports;
    const [min = 0, max = 0] = spare;
    const node = (name: string, port: number, candidates: number) => ({ name, port, candidates });
    return {
      ...hostSpec('shared-1'),
      candidates: [[], [`127.0.0.1:${root}`]],
      groups: [
        nodeGroup('regional', [node('rb-east-1', root, 0)], {
          siblings: [`127.0.0.1:${root}`],
          capacity: 250,
        }),
        nodeGroup('worker', [node('worker-0001', east, 1)]),
        nodeGroup('worker', [node('worker-0002', west, 1)], { region }),
      ],
      ports: { min, max, spareFrom: min },
    };
  };
  const take = async (port: number) => {
    const socket = createSocket('udp4');
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  };
  const start = async () => {
    host = new Host(shared());
    await host.start();
    await until('all nodes to join', () => host.isReady);
  };
  const reports = () => host.nodes.map((node) => node.report());

  beforeEach(async () => {
    // Spare ports are a range.
    const [min = 0, max = 0, ...own] = await freePorts(5).then((all) => all.sort((a, b) => a - b));
    [spare, ports] = [[min, max], own];
  });
  afterEach(async () => {
    await host.end(false);
    for (const socket of sockets.splice(0)) socket.close();
  });

  it('reports the tier and the region of each', async () => {
    await start();
    expect(reports().map(({ name, tier, region }) => [name, tier, region])).to.deep.equal([
      ['rb-east-1', 'regional', 'east'],
      ['worker-0001', 'worker', 'east'],
      ['worker-0002', 'worker', 'west'],
    ]);
    expect([tiersOf(host.spec), regionsOf(host.spec)]).to.deep.equal([
      ['regional', 'worker'],
      ['east', 'west'],
    ]);
  });

  it('gives its bootstrap nodes alone a capacity', async () => {
    await start();
    expect(reports().map(({ bootstrap }) => bootstrap?.capacity)).to.deep.equal([250, undefined, undefined]);
    await until('both workers to be attached', () => reports()[0]?.bootstrap?.attached === 2);
    expect(reports()[1]?.parent).to.equal(`127.0.0.1:${ports[0]}`);
  });

  it('moves a worker whose port is taken to a spare one, and no bootstrap node', async () => {
    const [root = 0, east = 0] = ports;
    await take(east);
    await start();
    expect(host.node('worker-0001').report().port).to.be.within(spare[0] as number, spare[1] as number);
    host.node('rb-east-1').crash();
    await take(root);
    const error = await host.restart('rb-east-1').catch((reason) => reason);
    expect(error).to.be.instanceOf(HttpError);
    expect(error.message).to.include(`Port ${root} of 127.0.0.1 is taken by another program`);
    expect(host.node('rb-east-1').state).to.equal('failed');
  });

  it('does not start when the port of a bootstrap node is taken, though a worker could do without', async () => {
    await take(ports[0] as number);
    host = new Host(shared());
    const error = await host.start().catch((reason) => reason);
    expect(error).to.be.instanceOf(HostError);
    expect(error.message).to.match(/^rb-east-1: Port \d+ of 127\.0\.0\.1 is taken/);
  });

  it('follows a node to another region, and leaves the others alone', async () => {
    await start();
    const lives = () => new Map(host.nodes.map(({ name, dht }) => [name, dht]));
    const before = lives();
    const { id } = host.node('worker-0002').report();
    expect(host.reconcile(shared('south'))).to.include({ joining: 1, leaving: 1, moved: 0 });
    await until('the node to be back', () => host.isReady);
    expect(host.node('worker-0002').report()).to.include({
      id,
      tier: 'worker',
      region: 'south',
      state: 'joined',
      port: ports[2] as number,
    });
    expect(regionsOf(host.spec)).to.deep.equal(['east', 'south']);
    const after = lives();
    for (const name of ['rb-east-1', 'worker-0001']) expect(after.get(name), name).to.equal(before.get(name));
    expect(after.get('worker-0002')).not.to.equal(before.get('worker-0002'));
  });

  it('follows a node to another tier, with the capacity of that one', async () => {
    await start();
    const changed = shared();
    const [regional, first, second] = changed.groups as [NodeGroup, NodeGroup, NodeGroup];
    const local = nodeGroup('local', first.nodes, {
      siblings: [`127.0.0.1:${ports[1]}`],
      capacity: 50,
    });
    expect(host.reconcile({ ...changed, groups: [regional, local, second] })).to.include({
      joining: 1,
      leaving: 1,
      moved: 0,
    });
    await until('the node to be back', () => host.isReady);
    const { tier, bootstrap } = host.node('worker-0001').report();
    expect([tier, bootstrap?.capacity]).to.deep.equal(['local', 50]);
  });
});
