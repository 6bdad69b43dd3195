import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { Container } from 'dockerode';
import { type DockerLab, dockerLab } from '../support/docker-lab.js';
import { type ImageContainers, imageContainers } from '../support/image-containers.js';
import { until } from '../support/until.js';

/** A healthy container ends in well under this; the engine kills one that does not. Seconds. */
const graceSeconds = 10;

/** Asks a node for its contacts, and prints the datagram in hex. */
const contactsOf = (host: string, port: number) => `
  const socket = require('node:dgram').createSocket('udp4');
  const id = 'c414' + 'ab'.repeat(20);
  const request = '00' + '11'.repeat(20) + '92' + 'a9' + Buffer.from('find_node').toString('hex') + '92' + id + id;
  socket.on('message', (answer) => { console.log(answer.toString('hex')); socket.close(); clearInterval(timer); });
  const timer = setInterval(() => socket.send(Buffer.from(request, 'hex'), ${port}, '${host}'), 200);`;

const idOf = (name: string) => createHash('sha1').update(name).digest('hex');

describe('a container of the image', function () {
  this.timeout(180_000);

  let lab: DockerLab | undefined;
  let containers: ImageContainers;
  beforeEach(async function () {
    lab = await dockerLab(this);
    containers = imageContainers(lab);
  });
  afterEach(async () => {
    await lab?.remove();
    lab = undefined;
  });

  const here = () => lab as DockerLab;
  const says = (name: string, word: string) =>
    until(`${name} says ${word}`, async () =>
      (await containers.lines(name)).some((line) => line.includes(`"msg":"${word}"`)),
    );
  const startNode = async (name: string, environment: Record<string, string>) => {
    const container = await containers.start(name, { NODE_ID: name, ...environment });
    await says(name, 'joined');
    return container;
  };
  const stop = async (container: Container) => {
    await container.stop({ t: graceSeconds });
    const { State } = await container.inspect();
    return State.ExitCode;
  };

  it('is a node by the variables alone, finds others by name, and says goodbye when it is stopped', async () => {
    const { start } = containers;
    const superNode = await startNode('one', { DHT_PORT: '5678', BOOTSTRAP_LEVEL: 'super' });
    const bootstrap = { BOOTSTRAP_NODES: 'one:5678' };
    const polite = await startNode('polite', { DHT_PORT: '7000', ...bootstrap });
    const killed = await startNode('killed', { ...bootstrap });
    const known = async () => {
      const datagram = await containers.ask(contactsOf('one', 5678));
      return ['polite', 'killed'].filter((name) => datagram.includes(idOf(name)));
    };
    expect(await known()).to.deep.equal(['polite', 'killed']);
    expect(await stop(polite)).to.equal(0);
    await killed.kill();
    expect(await known()).to.deep.equal(['killed']);
    expect(await stop(superNode)).to.equal(0);

    const lost = await start('lost', { BOOTSTRAP_NODES: 'nowhere.invalid:5678' });
    expect(await lost.wait()).to.deep.include({ StatusCode: 4 });
    const [line, ...rest] = await containers.lines('lost');
    expect(line).to.match(
      /^BOOTSTRAP_NODES names no node to join by: the name "nowhere.invalid" can't be resolved/,
    );
    expect(rest).to.deep.equal([]);
  });

  it('is first of its processes, nobody, and can not write', async () => {
    const facts = await containers.ask(`
      const tried = (path) => { try { require('fs').writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; } };
      const capabilities = /^CapBnd:\\s*(\\S+)$/m.exec(require('fs').readFileSync('/proc/self/status', 'latin1'))[1];
      console.log(process.pid, process.getuid(), process.getgid(), tried('/cqkd/a'), tried('/tmp/a'), Number('0x' + capabilities));`);
    expect(facts).to.equal('1 65532 65532 EROFS EROFS 0');
  });

  it('is the coordinator or a host of a network, and ends in order when it is stopped', async () => {
    const { units, driver, change } = here();
    const chosen = units.slice(0, 2);
    for (const { name, kind, spec } of chosen) {
      const variable = kind === 'coordinator' ? 'CQKD_COORDINATOR' : 'CQKD_HOST';
      const environment = { [variable]: JSON.stringify(spec), CQKD_TOKEN: 'secret' };
      change(name, { entrypoint: undefined, command: undefined, environment });
    }
    await driver.start(chosen, 'secret');
    for (const { name } of chosen) await says(name, 'started');
    await says('super-primary', 'all nodes joined');
    for (const { name } of chosen.toReversed()) {
      const container = here().container(name);
      expect(await stop(container), name).to.equal(0);
      expect((await containers.lines(name)).at(-1)).to.include('"msg":"ending"');
    }
  });

  it('is healthy when a node in it answers', async () => {
    const check = { Healthcheck: { Interval: 1e9, Retries: 2, StartPeriod: 1e6 } };
    const mute = { Entrypoint: ['/usr/local/bin/node'], Cmd: ['-e', 'setInterval(() => {}, 1e6)'], ...check };
    const node = await containers.start('node', { BOOTSTRAP_LEVEL: 'super' }, check);
    const other = await containers.start('other', {}, mute);
    const stateOf = async (container: Container) => (await container.inspect()).State.Health?.Status;
    await until('the node is healthy', async () => (await stateOf(node)) === 'healthy');
    await until('the other is unhealthy', async () => (await stateOf(other)) === 'unhealthy', 60_000);
    expect(await stateOf(node)).to.equal('healthy');
  });
});
