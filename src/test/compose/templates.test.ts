import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentName, settingNames } from '@cqkd/node/control';
import { expect } from 'chai';
import { type TemplateName, Templates } from '../../compose/templates.js';
import { shippedTemplates } from '../../compose/templates-folder.js';
import { EnvironmentError, UsageError } from '../../errors.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

const names: TemplateName[] = ['super', 'regional', 'local', 'worker', 'endpoint', 'shared', 'coordinator'];
const required = { CQKD_COORDINATOR: '{}', CQKD_HOST: '{}', CQKD_TOKEN: 't' };

describe('the shipped templates', () => {
  const templates = Templates.open();

  for (const tier of names) {
    it(`${tier}: a container that may do nothing but run`, () => {
      const service = templates.service(tier, required);
      expect(service).to.deep.include({
        image: 'cqkd-dht-node:latest',
        read_only: true,
        cap_drop: ['ALL'],
        cap_add: [],
        security_opt: ['no-new-privileges:true'],
        tmpfs: ['/tmp:size=16m,mode=1777'],
        healthcheck: { disable: true },
        stop_grace_period: 5000,
        networks: { cqkd: {} },
      });
      expect(service.mem_limit).to.equal((tier === 'super' || tier === 'coordinator' ? 512 : 256) * 2 ** 20);
      const roomy = templates.service(tier, { ...required, CQKD_MEMORY: '1g' });
      expect(roomy.mem_limit).to.equal(
        tier === 'super' || tier === 'coordinator' ? service.mem_limit : 2 ** 30,
      );
      expect(service.cpus).to.equal(tier === 'super' ? 0.5 : 0);
      expect(service.pids_limit).to.equal(64);
      expect(service.logging).to.deep.equal({
        driver: 'json-file',
        options: { 'max-size': '4m', 'max-file': '2' },
      });
      const kind = tier === 'coordinator' ? tier : 'host';
      expect(service.labels).to.deep.equal({ 'io.cqkd.tiers': tier, 'io.cqkd.kind': kind });
    });

    it(`${tier}: only a coordinator publishes a port, on loopback`, () => {
      const { ports } = templates.service(tier, { ...required, CQKD_PORT: '4000' });
      const published = { host_ip: '127.0.0.1', published: 4000, target: 4000, protocol: 'tcp' };
      expect(ports).to.deep.equal(tier === 'coordinator' ? [published] : []);
    });

    if (tier === 'coordinator' || tier === 'shared') continue;
    it(`${tier}: passes on what a node of its own is told`, () => {
      const variables = [
        ...settingNames.map(environmentName),
        'DHT_PORT',
        'NODE_ID',
        'REGION',
        'MAX_CONNECTIONS',
      ];
      const given = Object.fromEntries(
        ['BOOTSTRAP_LEVEL', ...variables].map((name) => [name, `own ${name}`]),
      );
      const { environment } = templates.service(tier, given);
      expect(environment).to.deep.include(given);
      const nodes = tier === 'super' ? 'SUPER_BOOTSTRAP_NODES' : 'BOOTSTRAP_NODES';
      expect(templates.service(tier, { [nodes]: 'a:1' }).environment.BOOTSTRAP_NODES).to.equal('a:1');
    });
  }

  it('a coordinator needs a plan and a token', () => {
    expect(() => templates.service('coordinator', {})).to.throw(
      UsageError,
      'needs CQKD_COORDINATOR: the plan',
    );
  });

  it('a host that is shared needs its plan and a token', () => {
    const service = (variables: Record<string, string>) => () => templates.service('shared', variables);
    expect(service({ CQKD_TOKEN: 't' })).to.throw(UsageError, 'needs CQKD_HOST: the plan of a host');
    expect(service({ CQKD_HOST: '{}' })).to.throw(UsageError, 'needs CQKD_TOKEN: the token');
    expect(service({ CQKD_HOST: '{}', CQKD_TOKEN: 't' })().environment).to.deep.equal({
      CQKD_HOST: '{}',
      CQKD_TOKEN: 't',
    });
  });

  it('a network with the subnet that is asked for', () => {
    const network = {
      key: 'cqkd',
      name: 'cqkd-network',
      driver: 'bridge',
      driver_opts: {},
      internal: false,
      labels: {},
      subnet: '172.20.0.0/16',
    };
    expect(templates.network({})).to.deep.equal(network);
    expect(templates.network({ CQKD_SUBNET: '10.0.0.0/8', CQKD_NETWORK_NAME: 'x' })).to.deep.equal({
      ...network,
      name: 'x',
      subnet: '10.0.0.0/8',
    });
  });
});

describe("the user's own templates", () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const write = (file: string, text: string) => writeFileSync(join(folder.path, file), text);
  const refuse = (file: string, text: string, message: string) => {
    write(file, text);
    expect(() => Templates.open(folder.path).service('worker', {})).to.throw(UsageError, message);
  };

  it('win over the shipped ones, file by file', () => {
    write('worker.yml', 'services: {worker: {image: own, networks: [cqkd]}}');
    const templates = Templates.open(folder.path);
    expect(templates.service('worker', {})).to.include({ image: 'own', read_only: false });
    expect(templates.service('super', {})).to.include({ image: 'cqkd-dht-node:latest', read_only: true });
  });

  it('can have a network of their own', () => {
    write(
      'network.yml',
      'networks: {mine: {driver_opts: {mtu: 9000}, ipam: {config: [{subnet: 10.0.0.0/8}]}}}',
    );
    write('worker.yml', 'services: {worker: {image: own, networks: [mine]}}');
    const templates = Templates.open(folder.path);
    expect(templates.networkKey).to.equal('mine');
    expect(() => templates.network({})).to.throw(
      UsageError,
      'network.yml: mine: name takes a text, got nothing',
    );
    expect(templates.service('worker', {}).networks).to.deep.equal({ mine: {} });
    const other = `${join(folder.path, 'worker.yml')}: worker: networks has cqkd, which is not supported: the network is mine`;
    refuse('worker.yml', 'services: {worker: {image: own, networks: [cqkd]}}', other);
  });

  it('are read once', () => {
    write('worker.yml', 'services: {worker: {image: own}}');
    const templates = Templates.open(folder.path);
    templates.service('worker', {});
    write('worker.yml', 'no YAML: {');
    expect(templates.service('worker', {}).image).to.equal('own');
  });

  it('must be in a folder that is there', () => {
    const path = join(folder.path, 'none');
    expect(() => Templates.open(path)).to.throw(UsageError, `--templates takes a folder, got ${path}`);
  });

  const wrong: [what: string, text: string, message: string][] = [
    ['no YAML', 'services: {', 'worker.yml is no YAML: '],
    ['an empty file', '', 'worker.yml takes a map, got null'],
    [
      'another service',
      'services: {super: {}}',
      'worker.yml: services takes one service, worker, got ["super"]',
    ],
    [
      'a service beside it',
      'services: {worker: {}, x: {}}',
      'services takes one service, worker, got ["worker","x"]',
    ],
    ['volumes', 'volumes: {v: }', 'worker.yml: volumes is not supported: only version, name, services'],
    [
      'a duplicate key',
      'services: {worker: {}, worker: {}}',
      'worker.yml is no YAML: Map keys must be unique',
    ],
  ];
  for (const [what, text, message] of wrong) {
    it(`are refused with ${what}`, () => refuse('worker.yml', text, message));
  }

  it('are refused where they can not be read', () => {
    mkdirSync(join(folder.path, 'worker.yml'));
    const message = `Can't read ${join(folder.path, 'worker.yml')} (EISDIR)`;
    expect(() => Templates.open(folder.path).service('worker', {})).to.throw(UsageError, message);
  });
});

describe('the folder of the shipped templates', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const layOut = (name: string) => {
    const root = join(folder.path, 'node_modules/cqkd');
    const from = join(root, 'node_modules/@cqkd/harness/dist/compose');
    mkdirSync(from, { recursive: true });
    writeFileSync(join(root, 'node_modules/@cqkd/harness/package.json'), '{"name": "@cqkd/harness"}');
    writeFileSync(join(root, 'package.json'), JSON.stringify({ name }));
    cpSync(shippedTemplates(), join(root, 'compose-templates'), { recursive: true });
    return { root, from };
  };

  it('is found from an installed package that is bundled in cqkd', () => {
    const { root, from } = layOut('cqkd');
    expect(shippedTemplates(from)).to.equal(join(root, 'compose-templates'));
    expect(readdirSync(shippedTemplates(from))).to.include('network.yml');
  });

  it('is that of no other package', () => {
    const { from } = layOut('other');
    expect(() => shippedTemplates(from)).to.throw(EnvironmentError, 'compose-templates is missing');
  });
});
