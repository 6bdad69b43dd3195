import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type NetworkView, tiersOf } from '@cqkd/node/control';
import { expect } from 'chai';
import type Docker from 'dockerode';
import type { ContainerInspectInfo } from 'dockerode';
import { AddressBook, crawl, Deadlines, KademliaNode, NodeId, SeededRandom, udp } from '../node/src/index.js';
import { systemClock } from '../node/src/wire/system.js';
import { writeFiles } from '../src/compose/folder.js';
import { renderCompose, renderVariables } from '../src/compose/render.js';
import { Templates } from '../src/compose/templates.js';
import { shippedTemplates } from '../src/compose/templates-folder.js';
import { openEngine } from '../src/drivers/docker/engine/engine.js';
import { ensureImage } from '../src/drivers/docker/image/ensure-image.js';
import { imageReference } from '../src/drivers/docker/image/reference.js';
import { previewSubnet } from '../src/drivers/docker/network.js';
import type { Ground } from '../src/plan/ground.js';
import type { Plan } from '../src/plan/plan.js';
import { unitsOf } from '../src/services/plan-units.js';
import { type CommandLine, createCommandLine } from '../src/test/support/command-line.js';
import { type DockerCompose, requireCompose } from '../src/test/support/docker-compose.js';
import { requireEngine } from '../src/test/support/engine.js';
import { machine, planOf } from '../src/test/support/plan-input.js';
import { temporaryFolder } from '../src/test/support/temporary.js';
import { until } from '../src/test/support/until.js';

/** Where no default of a deployment is. */
const smallSubnets = Array.from({ length: 256 }, (_, index) => `10.198.${index}.0/24`);
/** For a network to come together on a machine that is busy. */
const readyWithinMs = 120_000;

describe('networks that Compose runs', function () {
  this.timeout(400_000);

  let docker: Docker;
  let compose: DockerCompose;
  before(async function () {
    compose = requireCompose(this);
    docker = await requireEngine(this);
    await ensureImage(await openEngine(), { signal: new AbortController().signal });
  });

  const labelled = async (label: string) => {
    const filters = { label: [label] };
    return {
      containers: await docker.listContainers({ all: true, filters }),
      networks: await docker.listNetworks({ filters }),
    };
  };
  const nothingLeft = async (label: string) =>
    expect(await labelled(label)).to.deep.equal({ containers: [], networks: [] });
  /** Ends a deployment by Compose, and looks whether it is gone. */
  const end = async (label: string, ...args: Parameters<DockerCompose['run']>): Promise<void> => {
    const { status, stderr } = compose.run(...args);
    if (status === 0) {
      await nothingLeft(label);
      return;
    }
    // Old engines miscount what is on a network when much ends at once (moby issue 42119), and keep it then.
    expect(stderr).to.include('has active endpoints');
    const { containers, networks } = await labelled(label);
    expect(containers).to.deep.equal([]);
    expect(networks.map(({ Containers }) => Containers)).to.deep.equal([{}]);
  };

  describe('from the files of cqkd compose', () => {
    let cqkd: CommandLine;
    let network: string;
    let folder: string;
    beforeEach(async () => {
      cqkd = await createCommandLine();
      network = `t${randomBytes(4).toString('hex')}`;
      folder = join(cqkd.root, '../deployment');
    });
    afterEach(() => cqkd.remove());

    const write = (...args: string[]) => cqkd.json('compose', '-n', network, '-o', folder, ...args);
    const stateOf = async () => {
      const { networks } = await cqkd.json('status', '-n', network);
      return (networks as { state: string }[])[0]?.state;
    };
    const label = () => `io.cqkd.network=${network}`;
    const inspectAll = async (): Promise<Map<string, ContainerInspectInfo>> => {
      const { containers } = await labelled(label());
      const found = await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).inspect()));
      return new Map(found.map((each) => [each.Config.Labels['io.cqkd.host'] as string, each]));
    };

    it('come up without the command line, go down without a trace, and are known to it', async () => {
      const written = await write('-w', '8');
      expect(written).to.include({ network, folder, workers: 8, hosts: 3, nodes: 12 });
      await nothingLeft(label());
      expect(await stateOf()).to.equal('dead');

      compose.succeed(folder, ['up', '-d']);
      const { url } = written.coordinator as { url: string };
      const token = /^CQKD_TOKEN=(.+)$/m.exec(readFileSync(join(folder, '.env'), 'utf8'))?.[1];
      const headers = { authorization: `Bearer ${token}` };
      const ask = () => fetch(`${url}/v1/network`, { headers, signal: AbortSignal.timeout(5000) });
      const isReady = async () => {
        const answer = await ask().catch(() => undefined);
        const view = (await answer?.json()) as NetworkView | undefined;
        return view?.state === 'ready' ? view : undefined;
      };
      const view = await until('a network with all nodes joined', isReady, readyWithinMs);
      expect(view.tiers.worker).to.deep.equal({ joined: 8, failed: 0, total: 8 });
      expect(view.crawl).to.deep.equal({ seen: 12, total: 12 });
      expect((await fetch(`${url}/v1/network`)).status).to.equal(401);
      expect(await stateOf()).to.equal('ready');

      const containers = await inspectAll();
      const { hosts } = written.plan as Pick<Plan, 'hosts'>;
      expect([...containers.keys()].sort()).to.deep.equal(
        ['coordinator', ...hosts.map(({ name }) => name)].sort(),
      );
      for (const host of hosts) {
        const { name, address } = host;
        const [tier] = tiersOf(host);
        const { Name, Config, HostConfig, NetworkSettings } = containers.get(name) as ContainerInspectInfo;
        expect(Name).to.equal(`/cqkd-${network}-${name}`);
        expect(Config.Labels).to.include({
          'io.cqkd.tiers': tiersOf(host).join(','),
          'io.cqkd.kind': 'host',
        });
        expect(NetworkSettings.Networks[`cqkd-${network}-network`]?.IPAddress).to.equal(address);
        expect(HostConfig.PortBindings ?? {}).to.deep.equal({});
        expect(HostConfig).to.deep.include({
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges:true'],
          PidsLimit: 64,
          Memory: (tier === 'super' ? 512 : 256) * 2 ** 20,
          NanoCpus: tier === 'super' ? 5e8 : 0,
          RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
          LogConfig: { Type: 'json-file', Config: { 'max-size': '4m', 'max-file': '2' } },
        });
      }
      const port = new URL(url).port;
      expect(containers.get('coordinator')?.HostConfig.PortBindings).to.deep.equal({
        [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: port }],
      });

      await end(label(), folder, ['down']);
      expect(await stateOf()).to.equal('dead');
      await cqkd.json('down', '-n', network);
      expect(await cqkd.run('status', '-n', network)).to.include({ code: 4 });
    });

    it('are measured and ended by the command line', async () => {
      await write('-w', '8', '--topology', 'flat', '--density', '4');
      compose.succeed(folder, ['up', '-d']);
      const isReady = async () => (await stateOf()) === 'ready';
      await until('a network with all nodes joined', isReady, readyWithinMs);
      const { metrics } = await cqkd.json('verify', '-n', network, '--metric', 'discovery_success');
      expect((metrics as { status: string }[]).map(({ status }) => status)).to.deep.equal(['pass']);
      const { networks } = await cqkd.json('down', '-n', network);
      const [ended] = networks as { network: string; driver: string; hosts: string[] }[];
      expect(ended).to.include({ network, driver: 'docker' });
      expect(ended?.hosts.length).to.equal(6);
      await nothingLeft(label());
    });

    it('are refused where the files or the name are taken', async () => {
      await write('-w', '8');
      const again = await cqkd.run('compose', '-n', network, '-o', folder);
      expect(again).to.include({ code: 4 });
      expect(again.stderr).to.include(`Network ${network} exists already`);
      const other = await cqkd.run('compose', '-n', `${network}-2`, '-o', folder);
      expect(other).to.include({ code: 2 });
      expect(other.stderr).to.include(
        `${join(folder, 'docker-compose.yml')} is there and not of this network`,
      );
    });
  });

  it('can have more services than Compose works on at a time by itself', async () => {
    const network = `t${randomBytes(4).toString('hex')}`;
    const label = `io.cqkd.network=${network}`;
    const temporary = await temporaryFolder();
    const subnet = await previewSubnet(await openEngine(), { subnets: smallSubnets });
    const ground: Ground = { kind: 'subnet', cidr: subnet };
    const plan = planOf(200, { network, density: 1, ground, machine: { ...machine, neighbours: 1e6 } });
    const units = unitsOf(plan);
    const shape = { templates: Templates.open(), image: imageReference(), subnet, variables: {} };
    const variables = renderVariables(network, 'secret', units.length);
    writeFiles(temporary.path, { compose: renderCompose({ network, units, shape }), variables });
    try {
      const up = () => compose.succeed(temporary.path, ['up', '--no-start']);
      try {
        up();
      } catch (error) {
        // Compose 1 keeps 25 connections, and breaks off when it closes one that is in use: docs/docker.md.
        if (!String(error).includes('Pool is closed')) throw error;
        up();
      }
      expect((await labelled(label)).containers.length).to.equal(units.length);
    } finally {
      await end(label, temporary.path, ['down']);
      await temporary.remove();
    }
  });

  describe('from the templates alone', () => {
    const folder = shippedTemplates();
    const files = ['network.yml', 'super.yml', 'worker.yml', 'secondary.yml'].flatMap((file) => ['-f', file]);
    let project: string;
    let variables: NodeJS.ProcessEnv;
    beforeEach(async () => {
      project = `cqkd-t${randomBytes(4).toString('hex')}`;
      variables = {
        COMPOSE_PROJECT_NAME: project,
        CQKD_IMAGE: imageReference(),
        CQKD_NETWORK_NAME: `${project}-network`,
        CQKD_SUBNET: await previewSubnet(await openEngine(), { subnets: smallSubnets }),
      };
    });
    afterEach(() => end(`com.docker.compose.project=${project}`, folder, [...files, 'down'], variables));

    const containersOf = async () =>
      (await labelled(`com.docker.compose.project=${project}`)).containers.map(({ Id, Labels }) => ({
        service: Labels['com.docker.compose.service'],
        container: docker.getContainer(Id),
      }));
    const joined = async () => {
      const logs = (await containersOf()).map(async ({ container }) =>
        (await container.logs({ stdout: true, stderr: true })).toString(),
      );
      return (await Promise.all(logs)).filter((text) => /"msg":"joined"/.test(text)).length;
    };

    it('two bootstrap nodes and 15 workers join, with the variables of a single node', async () => {
      const settings = { REGION: 'east', FAST_CHECK_INTERVAL: '15' };
      compose.succeed(folder, [...files, 'up', '-d', '--scale', 'worker=15'], { ...variables, ...settings });
      await until('17 nodes that have joined', async () => (await joined()) === 17, readyWithinMs);

      const containers = await Promise.all(
        (await containersOf()).map(async ({ service, container }) => ({
          service,
          info: await container.inspect(),
        })),
      );
      const services = containers.map(({ service }) => service).sort();
      expect(services).to.deep.equal(['secondary', 'super', ...Array(15).fill('worker')]);
      for (const { service, info } of containers) {
        expect(info.Config.Env).to.include.members(['REGION=east', 'FAST_CHECK_INTERVAL=15']);
        expect(info.Config.Labels).not.to.have.any.keys('io.cqkd.network', 'io.cqkd.host');
        const isWorker = service === 'worker';
        expect(info.HostConfig).to.deep.include({
          Memory: (isWorker ? 256 : 512) * 2 ** 20,
          NanoCpus: isWorker ? 0 : 5e8,
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
        });
      }
      const addressOf = ({ info }: (typeof containers)[number]) =>
        info.NetworkSettings.Networks[`${project}-network`]?.IPAddress as string;
      const bootstrap = containers.find(({ service }) => service === 'super') as (typeof containers)[number];
      const gateway = bootstrap.info.NetworkSettings.Networks[`${project}-network`]?.Gateway as string;
      // Only where the bridge is on this machine can it be asked from here.
      if (
        !Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === gateway))
      )
        return;
      const expected = containers.map(addressOf).sort();
      const crawled = async () => {
        const found = await crawlFrom(gateway, addressOf(bootstrap));
        return found.length >= expected.length ? found.sort() : undefined;
      };
      expect(await until('a crawl that meets every node', crawled)).to.deep.equal(expected);
    });
  });
});

/** The addresses of all nodes that answer a newcomer, which joins through a bootstrap node. */
async function crawlFrom(address: string, bootstrap: string): Promise<string[]> {
  const random = new SeededRandom(1);
  const deadlines = new Deadlines(systemClock);
  const shared = { clock: systemClock, random, deadlines, book: new AddressBook() };
  const transport = await udp.bind(address, 0);
  const node = new KademliaNode({ ...shared, transport }, { id: NodeId.random(random) });
  try {
    const first = await node.contactAt(bootstrap, 5678, 5);
    if (!first) throw new Error(`No node answers at ${bootstrap}:5678`);
    await node.join([first]);
    return (await crawl(node)).map((contact) => contact.address);
  } finally {
    node.close();
    deadlines.close();
  }
}
