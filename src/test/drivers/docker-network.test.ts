import { expect } from 'chai';
import { networkLabels, networkNameOf } from '../../compose/identity.js';
import type { NetworkDefinition } from '../../compose/network-definition.js';
import { networksOnEngine } from '../../drivers/docker/clean-up.js';
import { openEngine } from '../../drivers/docker/engine/engine.js';
import { claimNetwork, previewSubnet, releaseNetwork } from '../../drivers/docker/network.js';
import { EnvironmentError, UsageError } from '../../errors.js';
import { rejectionOf } from '../support/stand-in.js';
import { type EngineAnswer, type StandInEngine, standInEngine } from '../support/stand-in-engine.js';

/** Networks as the engine lists them. */
interface Listed {
  Id: string;
  Name: string;
  Labels?: Record<string, string>;
  IPAM?: { Config: { Subnet: string }[] | null };
  Containers?: Record<string, { Name: string }>;
}

describe('the Docker network of a network', () => {
  let standIn: StandInEngine;
  let networks: Listed[];
  let containers: object[];
  /** Networks that the engine does not remove, or refuses to create on a subnet. */
  let removal: (network: Listed) => EngineAnswer | undefined;
  let creation: (subnet: string) => EngineAnswer | undefined;
  beforeEach(async () => {
    networks = [];
    containers = [];
    removal = () => undefined;
    creation = () => undefined;
    standIn = await standInEngine((method, path, { body, query }) => {
      if (path === '/containers/json') return { body: containers };
      if (path === '/networks') return { body: networks.filter((each) => matches(each, query)) };
      if (path === '/networks/create') return create(body as Record<string, unknown>);
      const id = /^\/networks\/(.+)$/.exec(path)?.[1];
      const network = networks.find((each) => each.Id === id);
      if (!network) return undefined;
      if (method === 'GET') return { body: network };
      const refused = removal(network);
      if (!refused) networks = networks.filter((each) => each !== network);
      return refused ?? { status: 204 };
    });
  });
  afterEach(() => standIn.close());

  const matches = ({ Labels = {} }: Listed, query: URLSearchParams) => {
    const { label = [] } = JSON.parse(query.get('filters') ?? '{}') as { label?: string[] };
    return label.every((each) => {
      const [name = '', value] = each.split('=');
      return value === undefined ? name in Labels : Labels[name] === value;
    });
  };
  const create = (body: Record<string, unknown>): EngineAnswer => {
    const { Name, Labels, IPAM } = body as unknown as Listed;
    const refused = creation(IPAM?.Config?.[0]?.Subnet ?? '');
    if (refused) return refused;
    const network: Listed = {
      Id: `id-${networks.length}`,
      Name,
      ...(Labels && { Labels }),
      ...(IPAM && { IPAM }),
    };
    networks.push(network);
    return { status: 201, body: { Id: network.Id } };
  };
  const own = (subnet: string): Listed => ({
    Id: 'own',
    Name: networkNameOf('one'),
    Labels: networkLabels('one'),
    IPAM: { Config: [{ Subnet: subnet }] },
  });
  const other = (subnet: string): Listed => ({
    Id: subnet,
    Name: `other-${subnet}`,
    IPAM: { Config: [{ Subnet: subnet }] },
  });
  const definitionOf = (subnet: string): NetworkDefinition => ({
    key: 'cqkd',
    name: networkNameOf('one'),
    driver: 'bridge',
    driver_opts: { mtu: '1400' },
    internal: false,
    labels: networkLabels('one'),
    subnet,
  });
  const subnets = ['10.99.0.0/24', '10.99.1.0/24', '10.99.2.0/24'];
  const engine = () => openEngine(standIn.environment);
  const claim = async (options = {}) =>
    claimNetwork(await engine(), 'one', { definitionOf, subnets, ...options });

  it('is made on the first subnet that nothing has', async () => {
    networks = [
      other('10.99.0.128/25'),
      { Id: 'host', Name: 'host', IPAM: { Config: null } },
      { Id: 'six', Name: 'six', IPAM: { Config: [{ Subnet: 'fd00::/64' }] } },
    ];
    expect(await previewSubnet(await engine(), { subnets })).to.equal('10.99.1.0/24');
    expect(networks.length).to.equal(3);
    const claimed = await claim();
    expect(claimed).to.deep.equal({ name: 'cqkd-one-network', id: 'id-3', subnet: '10.99.1.0/24' });
    expect(networks[3]?.Labels).to.deep.equal({ 'io.cqkd.network': 'one' });
    expect(await networksOnEngine(await engine())).to.deep.equal(['one']);
  });

  it('goes to the next one when the engine says that the first is not free', async () => {
    creation = (subnet) =>
      subnet === '10.99.0.0/24'
        ? { status: 403, body: { message: 'Pool overlaps with other one on this address space' } }
        : undefined;
    expect((await claim()).subnet).to.equal('10.99.1.0/24');
  });

  it('has no place when every subnet is taken', async () => {
    networks = [other('10.99.0.0/16')];
    const error = await rejectionOf(claim());
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(
      /^No subnet for a Docker network is free among 10\.99\.0\.0\/24 … 10\.99\.2/,
    );
    expect((await rejectionOf(previewSubnet(await engine(), { subnets }))).message).to.equal(error.message);
  });

  it('is never one of somebody else that has its name', async () => {
    networks = [{ ...own('10.99.0.0/24'), Labels: {} }];
    const error = await rejectionOf(claim());
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(
      /^The Docker network cqkd-one-network is there already and is not one of cqkd/,
    );
    await releaseNetwork(await engine(), 'one');
    expect(networks.length).to.equal(1);
  });

  it('is not taken from a network that runs', async () => {
    networks = [own('10.99.0.0/24')];
    containers = [
      { Id: 'a', Names: ['/cqkd-one-coordinator'], Labels: networkLabels('one'), State: 'exited' },
    ];
    const error = await rejectionOf(claim());
    expect(error.message).to.match(/^Network one exists already on this Docker Engine: cqkd down -n one/);
    expect(networks.length).to.equal(1);
  });

  it('is made anew where an interrupted command left one', async () => {
    networks = [own('10.99.2.0/24')];
    expect((await claim()).subnet).to.equal('10.99.0.0/24');
    expect(networks.map((network) => network.IPAM?.Config?.[0]?.Subnet)).to.deep.equal(['10.99.0.0/24']);
  });

  it('is used again when the engine can not remove it', async () => {
    networks = [own('10.99.2.0/24')];
    removal = () => ({ status: 403, body: { message: 'network cqkd-one-network has active endpoints' } });
    expect(await claim()).to.deep.equal({ name: 'cqkd-one-network', id: 'own', subnet: '10.99.2.0/24' });
  });

  it('can not be one without a way in', async () => {
    const internal = (subnet: string) => ({ ...definitionOf(subnet), internal: true });
    const error = await rejectionOf(claim({ definitionOf: internal }));
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.match(/can't be internal/);
  });

  it('is removed as soon as the engine has noticed that it is empty', async () => {
    networks = [own('10.99.0.0/24'), other('10.99.1.0/24')];
    let refusals = 2;
    removal = () => (refusals-- > 0 ? { status: 403, body: { message: 'has active endpoints' } } : undefined);
    await releaseNetwork(await engine(), 'one');
    expect(networks.map(({ Id }) => Id)).to.deep.equal(['10.99.1.0/24']);
    await releaseNetwork(await engine(), 'one');
  });

  it('stays, with a reason, while something of somebody else is on it, or the engine has miscounted', async () => {
    const removing = () => ({ status: 403, body: { message: 'has active endpoints' } });
    removal = removing;
    networks = [{ ...own('10.99.0.0/24'), Containers: { a: { Name: 'stranger' } } }];
    expect((await rejectionOf(releaseNetwork(await engine(), 'one'))).message).to.match(
      /^Container stranger is on the Docker network cqkd-one-network, .*docker network disconnect cqkd-one-network stranger/,
    );
    networks = [own('10.99.0.0/24')];
    expect((await rejectionOf(releaseNetwork(await engine(), 'one'))).message).to.match(
      /although nothing is on it .*restart the engine, then cqkd down -n one/,
    );
  });
});
