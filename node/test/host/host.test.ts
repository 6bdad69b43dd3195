import { createSocket, type Socket } from 'node:dgram';
import { expect } from 'chai';
import { HttpError } from '../../src/control/http-error.js';
import { Host, HostError } from '../../src/host/host.js';
import type { HostSpec } from '../../src/host/spec.js';
import { hostSpec } from '../support/cluster.js';
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
  /** A worker host whose first node is the root of the network. */
  const workers = (ports: number[], changes: Partial<HostSpec> = {}): HostSpec => ({
    ...hostSpec('worker-0'),
    tier: 'worker',
    candidates: [[], [`127.0.0.1:${ports[0]}`]],
    nodes: ports.map((port, index) => ({ name: `worker-${port}`, port, candidates: index === 0 ? 0 : 1 })),
    ...changes,
  });
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
    const spec = { ...hostSpec('super-0'), nodes: [{ name: 'sb-0', port, candidates: 0 }] };
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
    expect(() => new Host({ ...hostSpec('x'), nodes: [{ ...node, candidates: 1 }] })).to.throw(HostError);
    expect(() => new Host({ ...hostSpec('x'), nodes: [node, node] })).to.throw('Node a is there twice');
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
    (changed.nodes[2] as { candidates: number }).candidates = 2;
    expect(host.reconcile(changed)).to.deep.equal({ joining: 1, leaving: 1, moved: 1 });
    await until('the new node', () => host.joined(`worker-${e}`));
    expect(() => host.node(`worker-${d}`)).to.throw(HttpError);
    await until('the other parent', () => host.node(`worker-${c}`).dht.parent?.port === b);
    const knows = () => host.node(`worker-${a}`).dht.kademlia.table.contacts();
    expect(knows().some((contact) => contact.port === d)).to.equal(false);
    expect(host.counters().datagramsSent).to.be.above(before);

    expect(host.reconcile(changed)).to.deep.equal({ joining: 0, leaving: 0, moved: 0 });
    expect(() => host.reconcile({ ...changed, tier: 'super' })).to.throw(HostError);
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
    const host = await start(workers([port], { tier: 'super' }));
    await ready(host);
    const name = `worker-${port}`;
    await Promise.all([host.restart(name), host.restart(name), host.restart(name)]);
    await ready(host);
    expect(host.node(name).report()).to.include({ port, state: 'joined' });
  });

  it('leaves no socket of a node that is told to end while it opens one', async () => {
    const [port = 0] = await freePorts(1);
    const host = await start(workers([port], { tier: 'super' }));
    await ready(host);
    const name = `worker-${port}`;
    const restarted = host.restart(name);
    await Promise.resolve();
    host.node(name).crash();
    await restarted;
    await take(port);
    expect(host.node(name).state).to.equal('left');
  });
});
