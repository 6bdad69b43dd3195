import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { openEngine, probeEngine } from '../../drivers/docker/engine/engine.js';
import { EnvironmentError } from '../../errors.js';
import { requireEngine } from '../support/engine.js';
import { rejectionOf } from '../support/stand-in.js';
import {
  type EngineBehaviour,
  type StandInEngine,
  standInEngine,
  versionOfStandIn,
} from '../support/stand-in-engine.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('the Docker Engine', () => {
  let engine: StandInEngine | undefined;
  afterEach(async () => {
    await engine?.close();
    engine = undefined;
  });

  const begin = async (behave?: EngineBehaviour) => {
    engine = await standInEngine(behave);
    return engine;
  };
  const reasonOf = async (environment: NodeJS.ProcessEnv) => {
    const error = await rejectionOf(openEngine(environment));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(await probeEngine(environment)).to.deep.equal({ available: false, reason: error.message });
    return error.message;
  };

  it('says what it is', async () => {
    const { environment, url } = await begin();
    const { docker, ...facts } = await openEngine(environment);
    expect(facts).to.deep.equal({
      url,
      version: '99.0',
      apiVersion: '1.41',
      isLocal: true,
      sharesKernel: false,
      publishedHost: '127.0.0.1',
      publishAddress: '127.0.0.1',
      cgroupVersion: 2,
      architecture: 'x86_64',
      operatingSystem: 'Stand-in',
      kernel: 'stand-in',
      cpus: 2,
      memoryBytes: 4e9,
    });
    expect(await docker.listContainers()).to.deep.equal([]);
    expect(await probeEngine(environment)).to.deep.equal({ available: true, version: '99.0', url });
  });

  it('is the real one where nothing else is said', async function () {
    const { modem } = await requireEngine(this);
    expect(modem).not.to.equal(undefined);
    const opened = await openEngine();
    expect(opened.memoryBytes).to.be.greaterThan(1e8);
    expect(opened.cpus).to.be.greaterThan(0);
    expect((await opened.docker.version()).Version).to.equal(opened.version);
  });

  it('is missed where nobody listens', async () => {
    const { environment, socket, close } = await begin();
    await close();
    engine = undefined;
    expect(await reasonOf(environment)).to.equal(
      `No Docker Engine listens on unix://${socket}: start it, or say where it is with DOCKER_HOST`,
    );
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await reasonOf({ DOCKER_HOST: `tcp://127.0.0.1:${port}` })).to.match(/^No Docker Engine listens/);
    expect(await reasonOf({ DOCKER_HOST: 'tcp://nowhere.invalid:1' })).to.match(
      /^The machine of the Docker Engine tcp:\/\/nowhere\.invalid:1 can't be reached \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  it('says what to do where its socket may not be used', async function () {
    if (process.platform === 'win32') this.skip();
    const { environment, socket } = await begin();
    await chmod(socket, 0);
    // Root may use any socket: asked as somebody else then.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    const reason = await reasonOf(environment).finally(() => isRoot && process.seteuid?.(0));
    expect(reason).to.match(
      /^Permission denied on the Docker socket unix:\/\/.*: add yourself to its group \(sudo usermod -aG docker/,
    );
  });

  it('may be too old, or one of another kind', async () => {
    let version: object = { ...versionOfStandIn, Version: '18.09.1', ApiVersion: '1.39' };
    const { environment, url } = await begin((_, path) =>
      path === '/version' ? { body: version } : undefined,
    );
    expect(await reasonOf(environment)).to.equal(
      `Docker Engine 18.09.1 (API 1.39) at ${url} is too old: Docker 19.03 (API 1.40) or later is needed`,
    );
    version = { ...versionOfStandIn, Os: 'windows' };
    expect(await reasonOf(environment)).to.match(/runs windows containers: Linux ones are needed/);
  });

  it('may be something else altogether', async () => {
    const { environment, url } = await begin(() => ({ text: '<html>' }));
    expect(await reasonOf(environment)).to.equal(
      `What listens on ${url} is no Docker Engine: check DOCKER_HOST or the context`,
    );
  });

  it('may not answer at all: a look does not wait long', async () => {
    const { environment, url } = await begin(() => 'hang');
    const before = performance.now();
    expect(await probeEngine(environment, 200)).to.deep.equal({
      available: false,
      reason: `The Docker Engine at ${url} gave no answer within 0.2 s (answer /version): see whether its machine is overloaded, or restart it`,
    });
    expect(performance.now() - before).to.be.lessThan(15_000);
  });

  it('is reached over a network, by IPv6 as well', async () => {
    const server = createHttpServer((request, response) => {
      const body = request.url === '/containers/json' ? [] : versionOfStandIn;
      response.end(JSON.stringify(body));
    });
    for (const address of ['127.0.0.1', '::1']) {
      const listening = await new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen(0, address, () => resolve(true));
      });
      // Not every machine has IPv6.
      if (!listening && address === '::1') return;
      try {
        const { port } = server.address() as AddressInfo;
        const host = address.includes(':') ? `[${address}]` : address;
        const opened = await openEngine({ DOCKER_HOST: `tcp://${host}:${port}` });
        expect(opened).to.include({ isLocal: false, publishedHost: '127.0.0.1' });
        expect(await opened.docker.listContainers()).to.deep.equal([]);
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    }
  });

  it('tells that it wants TLS', async () => {
    const refusal = { status: 400, text: 'Client sent an HTTP request to an HTTPS server.\n' };
    const { environment } = await begin(() => refusal);
    expect(await reasonOf(environment)).to.match(/speaks TLS only: set DOCKER_TLS_VERIFY=1/);
  });

  it('is not trusted without the authority that signed for it', async function () {
    const hasOpenssl = await promisify(execFile)('openssl', ['version']).then(
      () => true,
      () => false,
    );
    if (!hasOpenssl) this.skip();
    const folder = await temporaryFolder();
    const server = createTlsServer(
      await selfSigned(folder),
      (_, response) => void response.end(JSON.stringify(versionOfStandIn)),
    );
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const given = {
        DOCKER_HOST: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
        DOCKER_CERT_PATH: join(folder.path, 'nothing'),
      };
      expect(await reasonOf({ ...given, DOCKER_TLS_VERIFY: '1' })).to.match(
        /can't be spoken to: .*self.signed/,
      );
      expect(await probeEngine({ ...given, DOCKER_TLS: '1' })).to.deep.include({ available: true });
      const trusted = { ...given, DOCKER_CERT_PATH: folder.path, DOCKER_TLS_VERIFY: '1' };
      const opened = await openEngine(trusted);
      expect(opened).to.include({ isLocal: false, publishedHost: '127.0.0.1', publishAddress: '127.0.0.1' });
      expect(await opened.docker.version()).to.deep.equal(versionOfStandIn);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder.remove();
    }
  });

  describe('through ssh', () => {
    let folder: TemporaryFolder;
    const path = process.env.PATH;
    beforeEach(async function () {
      if (process.platform === 'win32') this.skip();
      folder = await temporaryFolder();
    });
    afterEach(async () => {
      process.env.PATH = path;
      await folder.remove();
    });

    /** Lets a program of this text take the place of ssh. */
    const ssh = async (program: string) => {
      const file = join(folder.path, 'ssh');
      await writeFile(file, `#!${process.execPath}\n${program}`, { mode: 0o755 });
      process.env.PATH = `${folder.path}${delimiter}${path}`;
    };

    it('is spoken to by the ssh of the system', async () => {
      const { socket } = await begin();
      await ssh(`const { connect } = require('node:net');
        require('node:fs').appendFileSync(${JSON.stringify(join(folder.path, 'calls'))}, process.argv.slice(2).join(' ') + '\\n');
        const engine = connect(${JSON.stringify(socket)});
        process.stdin.pipe(engine).pipe(process.stdout);`);
      const environment = { DOCKER_HOST: 'ssh://me@farm:2222' };
      const opened = await openEngine(environment);
      expect(opened).to.deep.include({
        url: 'ssh://me@farm:2222',
        isLocal: false,
        sharesKernel: false,
        publishedHost: 'farm',
        publishAddress: '0.0.0.0',
      });
      const answers = await Promise.all([1, 2, 3].map(() => opened.docker.listContainers()));
      expect(answers).to.deep.equal([[], [], []]);
      const calls = (await readFile(join(folder.path, 'calls'), 'utf8')).trim().split('\n');
      expect(calls[0]).to.equal('-l me -p 2222 -T -o ConnectTimeout=30 -- farm docker system dial-stdio');
      // Connections are used again: the second question of opening needs none of its own.
      expect(calls.length).to.be.lessThan(5);
    });

    it('is missed with the words of ssh', async () => {
      await ssh(`console.error('ssh: Could not resolve hostname farm'); process.exit(255);`);
      expect(await reasonOf({ DOCKER_HOST: 'ssh://farm' })).to.equal(
        "Docker can't be reached through ssh://farm: ssh: Could not resolve hostname farm",
      );
      process.env.PATH = join(folder.path, 'nothing');
      expect(await reasonOf({ DOCKER_HOST: 'ssh://farm' })).to.match(
        /through ssh:\/\/farm: spawn ssh ENOENT/,
      );
    });
  });
});

/** A certificate for 127.0.0.1 and its key, its own authority in ca.pem. */
async function selfSigned(folder: TemporaryFolder): Promise<{ cert: string; key: string }> {
  const key = join(folder.path, 'engine-key.pem');
  const cert = join(folder.path, 'ca.pem');
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=engine', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}
