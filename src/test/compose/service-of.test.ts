import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { networkOf, type Shape, serviceOf } from '../../compose/service-of.js';
import { Templates } from '../../compose/templates.js';
import type { Unit } from '../../drivers/driver.js';
import { UsageError } from '../../errors.js';
import type { PlanInput } from '../../plan/plan.js';
import { unitsOf } from '../../services/plan-units.js';
import { planOf } from '../support/plan-input.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

const subnet = '10.212.0.0/24';
const shape: Shape = { templates: Templates.open(), image: 'cqkd-dht-node:1', subnet, variables: {} };

/** A unit of a small network, with hosts of one tier and region each or with a shared one. */
function unit(name: string): Unit {
  const input = { network: 'trial', ground: { kind: 'subnet', cidr: subnet } } as const;
  const plans = [planOf(8, { ...input, density: 500 }), planOf(8, input)];
  return plans.flatMap(unitsOf).find((each) => each.name === name) as Unit;
}

describe('serviceOf', () => {
  it('makes the container of a host', () => {
    const host = unit('worker-east-1');
    const service = serviceOf(host, 'secret', shape);
    expect(service.image).to.equal('cqkd-dht-node:1');
    expect(service.environment).to.deep.equal({ CQKD_HOST: JSON.stringify(host.spec), CQKD_TOKEN: 'secret' });
    expect(service.labels).to.deep.equal({
      'io.cqkd.network': 'trial',
      'io.cqkd.host': 'worker-east-1',
      'io.cqkd.tiers': 'worker',
      'io.cqkd.regions': 'east',
      'io.cqkd.kind': 'host',
    });
    expect(service.networks).to.deep.equal({ cqkd: { ipv4_address: host.spec.address } });
    expect(service).to.deep.include({ mem_limit: 2 ** 28, restart: 'no', ports: [] });
  });

  it('makes the container of a host that several tiers and regions share', () => {
    const host = unit('shared-1');
    const service = serviceOf(host, 'secret', shape);
    expect(service.environment).to.deep.equal({ CQKD_HOST: JSON.stringify(host.spec), CQKD_TOKEN: 'secret' });
    expect(service.labels).to.deep.equal({
      'io.cqkd.network': 'trial',
      'io.cqkd.host': 'shared-1',
      'io.cqkd.tiers': 'worker,endpoint',
      'io.cqkd.regions': 'east,west',
      'io.cqkd.kind': 'host',
    });
    expect(service.networks).to.deep.equal({ cqkd: { ipv4_address: host.spec.address } });
    expect(service).to.deep.include({ mem_limit: 2 ** 28, restart: 'no', ports: [] });
  });

  it('lets a host have more memory the more nodes it has, and super nodes and the coordinator the same', () => {
    const plan = planOf(1000, { ground: { kind: 'subnet', cidr: '10.212.0.0/16' } });
    const limits = new Map(unitsOf(plan).map((each) => [each.name, serviceOf(each, 't', shape).mem_limit]));
    expect(limits.get('shared-1')).to.equal(541 * 1.5 * 2 ** 20);
    for (const name of ['coordinator', 'super-primary']) expect(limits.get(name), name).to.equal(2 ** 29);
    const dense = planOf(1000, { ground: { kind: 'subnet', cidr: '10.212.0.0/16' }, density: 1000 });
    const workers = unitsOf(dense).find(({ name }) => name === 'worker-east-1') as Unit;
    expect(serviceOf(workers, 't', shape).mem_limit).to.equal(250 * 1.5 * 2 ** 20);
  });

  it('runs the program with the flags of the unit', () => {
    const flags = ['--one', '--two=2'];
    const program = ['--no-warnings', '/cqkd/cqkd-node.cjs'];
    const { entrypoint } = serviceOf({ ...unit('shared-1'), flags }, 't', shape);
    expect(entrypoint).to.deep.equal(['/usr/local/bin/node', ...flags, ...program]);
    const { flags: _flags, ...bare } = unit('coordinator');
    expect(serviceOf(bare, 't', shape).entrypoint).to.deep.equal(['/usr/local/bin/node', ...program]);
  });

  it('makes the container of the coordinator, with its port', () => {
    const coordinator = unit('coordinator');
    const service = serviceOf(coordinator, 'secret', shape);
    const { environment, labels, networks, ports } = service;
    const spec = JSON.stringify(coordinator.spec);
    expect(environment).to.deep.equal({ CQKD_COORDINATOR: spec, CQKD_TOKEN: 'secret' });
    expect(labels).to.include({ 'io.cqkd.host': 'coordinator', 'io.cqkd.kind': 'coordinator' });
    expect(labels).to.include({ 'io.cqkd.tiers': 'coordinator', 'io.cqkd.network': 'trial' });
    expect(labels).not.to.have.property('io.cqkd.regions');
    expect(networks).to.deep.equal({ cqkd: { ipv4_address: '10.212.0.2' } });
    const port = { host_ip: '127.0.0.1', published: 4000, target: 4000, protocol: 'tcp' };
    expect(ports).to.deep.equal([port]);
  });

  it('has a template for every unit of a plan', () => {
    const tiersOf = (input: Partial<PlanInput>) => {
      const plan = planOf(600, { ground: { kind: 'subnet', cidr: '10.212.0.0/16' }, ...input });
      const tiers = unitsOf(plan).map((each) => serviceOf(each, 't', shape).labels['io.cqkd.tiers']);
      return [...new Set(tiers)];
    };
    expect(tiersOf({ density: 500 })).to.have.members([
      'coordinator',
      'endpoint',
      'local',
      'regional',
      'super',
      'worker',
    ]);
    expect(tiersOf({})).to.have.members(['coordinator', 'super', 'regional,local,worker,endpoint']);
  });

  it('is not led astray by the environment of the user', () => {
    const variables = {
      BOOTSTRAP_NODES: 'elsewhere:1',
      ENABLE_HEALTH_CHECK: 'false',
      CQKD_HOST: '{}',
      CQKD_TOKEN: 'other',
      CQKD_ADDRESS: '1.2.3.4',
      CQKD_RESTART: 'always',
      CQKD_MEMORY: '1m',
    };
    for (const host of [unit('super-primary'), unit('worker-east-1'), unit('shared-1')]) {
      const own = serviceOf(host, 'secret', { ...shape, variables });
      expect(own).to.deep.equal(serviceOf(host, 'secret', shape));
    }
  });

  it('runs the image that CQKD_IMAGE names', () => {
    const image = (CQKD_IMAGE: string) =>
      serviceOf(unit('super-primary'), 't', { ...shape, variables: { CQKD_IMAGE } }).image;
    expect(image('own:2')).to.equal('own:2');
    expect(image('')).to.equal('cqkd-dht-node:1');
  });

  describe("with the user's own template", () => {
    let folder: TemporaryFolder;
    beforeEach(async () => {
      folder = await temporaryFolder();
    });
    afterEach(() => folder.remove());

    const write = (tier: string, fields: string) => {
      mkdirSync(folder.path, { recursive: true });
      writeFileSync(join(folder.path, `${tier}.yml`), `services: {${tier}: {image: own, ${fields}}}`);
      return { ...shape, templates: Templates.open(folder.path), variables: { MINE: 'yes' } };
    };

    it('keeps what makes it this unit', () => {
      const fields =
        'environment: {CQKD_TOKEN: x, MINE: , REGION: y}, labels: {io.cqkd.network: x, mine: "1"}, ' +
        'networks: {cqkd: {ipv4_address: 10.9.9.9}}';
      const host = unit('worker-east-1');
      const service = serviceOf(host, 'secret', write('worker', fields));
      const spec = JSON.stringify(host.spec);
      expect(service.environment).to.deep.equal({ CQKD_TOKEN: 'secret', MINE: 'yes', CQKD_HOST: spec });
      expect(service.labels).to.include({ 'io.cqkd.network': 'trial', mine: '1' });
      expect(service.networks).to.deep.equal({ cqkd: { ipv4_address: host.spec.address } });
    });

    it('can have a program of its own, and does not shape hosts that others have templates for', () => {
      const own = write('shared', 'entrypoint: [mine]');
      expect(serviceOf(unit('shared-1'), 't', own)).to.deep.include({ image: 'own', entrypoint: ['mine'] });
      expect(serviceOf(unit('worker-east-1'), 't', own).image).to.equal('cqkd-dht-node:1');
    });

    it('is refused when nobody could reach the coordinator', () => {
      const port = write('coordinator', 'ports: ["127.0.0.1:81:$CQKD_PORT"]');
      expect(() => serviceOf(unit('coordinator'), 't', port)).to.throw(UsageError, 'must publish the port');
      const open = write('coordinator', 'ports: ["0.0.0.0:$CQKD_PORT:$CQKD_PORT"]');
      expect(serviceOf(unit('coordinator'), 't', open).ports[0]?.host_ip).to.equal('0.0.0.0');
    });
  });
});

describe('networkOf', () => {
  it('carries the name, the subnet and the label of the network', () => {
    const labels = { 'io.cqkd.network': 'trial' };
    expect(networkOf('trial', shape)).to.deep.include({ name: 'cqkd-trial-network', subnet, labels });
    expect(networkOf('cqkd', shape)).to.include({ key: 'cqkd', name: 'cqkd-network', driver: 'bridge' });
  });

  it('keeps what the user has added, and nothing that would put it elsewhere', async () => {
    const folder = await temporaryFolder();
    try {
      const ipam = 'ipam: {config: [{subnet: 10.9.0.0/16}]}';
      const options = 'driver_opts: {com.docker.network.driver.mtu: 1400}, labels: [mine]';
      const text = `networks: {cqkd: {name: theirs, ${options}, ${ipam}}}`;
      writeFileSync(join(folder.path, 'network.yml'), text);
      const own = networkOf('trial', { ...shape, templates: Templates.open(folder.path) });
      expect(own).to.deep.include({ name: 'cqkd-trial-network', subnet });
      expect(own.labels).to.deep.equal({ mine: '', 'io.cqkd.network': 'trial' });
      expect(own.driver_opts).to.deep.equal({ 'com.docker.network.driver.mtu': '1400' });
    } finally {
      await folder.remove();
    }
  });
});
