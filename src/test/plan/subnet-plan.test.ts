import { expect } from 'chai';
import { UsageError } from '../../errors.js';
import type { Plan, PlanInput } from '../../plan/plan.js';
import { hostsIn, parseSubnet, subnetAddress } from '../../plan/subnet.js';
import { nodesOf, planOf } from '../support/plan-input.js';

const ground = { kind: 'subnet', cidr: '172.20.0.0/16' } as const;
const inSubnet = (workers: number, input: Partial<PlanInput> = {}): Plan =>
  planOf(workers, { ground, ...input });

describe('a plan in a subnet', () => {
  it('gives each host an address of its own, and no two nodes one place', () => {
    const plan = inSubnet(1000);
    const addresses = plan.hosts.map((host) => host.address);
    expect(new Set(addresses).size).to.equal(plan.hosts.length);
    expect(addresses).to.not.include('172.20.0.2');
    for (const address of addresses) expect(address).to.match(/^172\.20\.0\.\d+$/);
    const places = nodesOf(plan).map((node) => node.place);
    expect(new Set(places).size).to.equal(plan.nodes);
  });

  it('names only places that it has', () => {
    const plan = inSubnet(500);
    const places = new Set(nodesOf(plan).map((node) => node.place));
    for (const host of plan.hosts) {
      expect(host.coordinator).to.equal('http://172.20.0.2:4000');
      expect(host.control).to.deep.equal({ address: host.address, port: 0 });
      const siblings = host.groups.flatMap((group) => group.siblings);
      for (const place of [...host.candidates.flat(), ...siblings, ...host.fallbackCandidates])
        expect(places.has(place), place).to.equal(true);
    }
    for (const place of plan.coordinator.candidates) expect(places.has(place), place).to.equal(true);
    expect(plan.coordinator.address).to.equal('172.20.0.2');
    expect(plan.coordinator.control).to.deep.equal({ address: '0.0.0.0', port: 4000 });
  });

  it('keeps places and parents of what stays when it grows and shrinks', () => {
    const before = inSubnet(500, { density: 50 });
    const after = inSubnet(700, { density: 50, previous: before });
    const places = new Map(nodesOf(after).map((node) => [node.name, node]));
    for (const node of nodesOf(before)) expect(places.get(node.name)?.place, node.name).to.equal(node.place);
    const back = inSubnet(500, { density: 50, previous: after });
    const again = new Map(nodesOf(back).map((node) => [node.name, node]));
    for (const node of nodesOf(before)) {
      expect(again.get(node.name)?.place, node.name).to.equal(node.place);
      expect(again.get(node.name)?.candidates[0], node.name).to.equal(node.candidates[0]);
    }
    expect(new Set(back.hosts.map((host) => host.address)).size).to.equal(back.hosts.length);
  });

  it('gives new hosts no address of one that goes only afterwards', () => {
    const before = inSubnet(30, { density: 5 });
    const after = inSubnet(60, { density: 5, previous: before });
    const addresses = new Map(before.hosts.map((host) => [host.address, host.name]));
    for (const { name, address } of after.hosts)
      expect(addresses.get(address) ?? name, address).to.equal(name);
  });

  it('gives a worker with a static port a host of its own', () => {
    const plan = inSubnet(40, { settings: { enable_dynamic_ports: 'false' } });
    const workers = nodesOf(plan).filter((node) => node.tier === 'worker');
    expect(new Set(workers.map(({ host }) => host)).size).to.equal(40);
    for (const { place } of workers) expect(place).to.match(/:7000$/);
  });

  it('never gives two workers of a host one port, however small the range', () => {
    const plan = inSubnet(200, { settings: { base_port: '7000', max_port: '7019' } });
    const places = nodesOf(plan).flatMap(({ tier, place }) => (tier === 'worker' ? [place] : []));
    expect(new Set(places).size).to.equal(200);
    for (const place of places) expect(Number(place.split(':')[1])).to.be.within(7000, 7019);
  });

  it('says that a bridge binds one node a container, and what to do', () => {
    const large = inSubnet(200, { density: 1, machine: roomy });
    expect(large.limits.map((limit) => limit.name)).to.include('containers');
    expect(large.notes.join()).to.match(/about [\d.]+ GB of memory, .* will fail it/);
    expect(() => inSubnet(1500, { density: 1, machine: { ...roomy } })).to.throw(
      UsageError,
      /^1500 workers are too many here: at most 4\d\d, because one bridge carries 500 containers well: .*--density/,
    );
  });

  it('says that the kernel knows too few neighbours, and what to do', () => {
    expect(() => inSubnet(100, { density: 1 })).to.throw(
      UsageError,
      /^100 workers are too many here: at most \d\d, because the kernel keeps 1024 hardware addresses.*gc_thresh3/,
    );
  });

  it('says that few neighbours make it slow', () => {
    expect(inSubnet(40, { density: 1 }).notes.join()).to.match(/containers, which all .* 1024 .* minutes/);
    expect(inSubnet(20, { density: 1 }).notes.join()).not.to.include('minutes');
    expect(inSubnet(40, { density: 1, machine: roomy }).notes.join()).not.to.include('minutes');
  });

  it('takes no places of bootstrap nodes', () => {
    const settings = { super_bootstrap_nodes: '127.0.0.1:5678' };
    expect(() => inSubnet(15, { settings })).to.throw(UsageError, /SUPER_BOOTSTRAP_NODES can't be given/);
  });

  const roomy = {
    cores: 8,
    memoryBytes: 512e9,
    platform: 'linux',
    openFiles: 1e6,
    processes: 1e6,
    neighbours: 1e6,
    nodeVersion: '24.0.0',
    udpMicroseconds: null,
  };
});

describe('a subnet', () => {
  it('has addresses', () => {
    const subnet = parseSubnet('10.1.2.0/24');
    expect(subnetAddress(subnet, 2)).to.equal('10.1.2.2');
    expect(subnetAddress(parseSubnet('172.20.0.0/16'), 259)).to.equal('172.20.1.3');
    expect(hostsIn(subnet)).to.equal(252);
    expect(() => subnetAddress(subnet, 255)).to.throw(RangeError);
  });

  for (const text of ['', '10.0.0.0', '10.0.0.1/24', '10.0.0.0/30', '300.0.0.0/16', '10.0.0.0/4', 'x/16'])
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(() => parseSubnet(text)).to.throw(UsageError, text);
    });
});
