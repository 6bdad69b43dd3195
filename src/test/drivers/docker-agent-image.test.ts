import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ensureAgentImage, offlineAgentDockerfile } from '../../drivers/docker/agent/agent-image.js';
import { runAgent } from '../../drivers/docker/agent/run-agent.js';
import { obstacleToOwnTools, ownTools } from '../../drivers/docker/agent/tools.js';
import { type Engine, openEngine } from '../../drivers/docker/engine/engine.js';
import { dockerfilePath, readDockerfile } from '../../drivers/docker/image/dockerfile.js';
import { ensureImage } from '../../drivers/docker/image/ensure-image.js';
import { EnvironmentError, KernelFilterUnavailable } from '../../errors.js';
import { requireEngine } from '../support/engine.js';
import { rejectionOf } from '../support/stand-in.js';
import { standInEngine } from '../support/stand-in-engine.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('the tools of an agent', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('are those of this machine, with all libraries that they load', async function () {
    if (obstacleToOwnTools() !== null) this.skip();
    const { entries, hash } = await ownTools();
    const paths = entries.map(({ path }) => path);
    expect(paths).to.include.members(['/usr/local/bin', '/usr/local/bin/nft', '/usr/local/bin/nsenter']);
    expect(paths.some((path) => /libnftables\.so/.test(path))).to.equal(true);
    expect(paths.some((path) => /ld-(linux|musl)/.test(path))).to.equal(true);
    expect(paths).to.deep.equal([...new Set(paths)]);
    expect((await ownTools()).hash).to.equal(hash);
  });

  it('are taken from the path, and told apart by what they are', async function () {
    if (obstacleToOwnTools() !== null) this.skip();
    const nft = join(folder.path, 'nft');
    await writeFile(nft, '#!/bin/sh\n');
    await chmod(nft, 0o755);
    const environment = { PATH: folder.path };
    const first = await ownTools(environment);
    expect(first.entries.find(({ path }) => path === '/usr/local/bin/nft')?.source).to.equal(nft);
    await writeFile(nft, '#!/bin/sh\n# another\n');
    expect((await ownTools(environment)).hash).not.to.equal(first.hash);
  });
});

describe('the Dockerfile of the agents', () => {
  it('has a last stage that takes the tools from the build context', () => {
    const { text, base } = readDockerfile(dockerfilePath('agent.Dockerfile'));
    expect(base).to.equal(readDockerfile().base);
    const offline = offlineAgentDockerfile(text);
    expect(offline).to.match(/^ARG NODE_IMAGE\nFROM \$\{NODE_IMAGE\}\n/);
    expect(offline).to.match(/^COPY tools\/ \/$/m);
    expect(offline).not.to.match(/--from=|apt-get|NODE_BASE/);
    expect(() => offlineAgentDockerfile('FROM scratch\n')).to.throw('no last stage');
  });
});

describe('the image of the agents', function () {
  this.timeout(120_000);

  const { signal } = new AbortController();
  const reference = `cqkd-test-${randomBytes(4).toString('hex')}:1`;
  let engine: Engine | undefined;
  before(async function () {
    await requireEngine(this);
    engine = await openEngine();
  });
  after(async () => {
    await engine?.docker
      .getImage(reference)
      .remove()
      .catch(() => {});
  });

  it('is that of the nodes with a little more, and is built once', async () => {
    const docker = (engine as Engine).docker;
    const node = await ensureImage(engine as Engine, { signal });
    const ensure = async (id: string) => {
      await ensureAgentImage(engine as Engine, { reference, node: { ...node, id }, signal });
      return docker.getImage(reference).inspect();
    };
    // Says of itself that it is of another image of the nodes: it is one of yesterday.
    const { Id: old } = await ensure(`sha256:${randomBytes(32).toString('hex')}`);
    const { Id, Size, Config, RootFS } = await ensure(node.id);
    expect((await rejectionOf(docker.getImage(old).inspect())).message).to.match(/no such image/i);
    const base = await docker.getImage(node.id).inspect();
    expect(RootFS.Layers?.slice(0, base.RootFS.Layers?.length)).to.deep.equal(base.RootFS.Layers);
    expect(Size - node.bytes).to.be.within(1e5, 30e6);
    expect(Config.Labels).to.deep.include({
      'io.cqkd.image': 'cqkd-chaos-agent',
      'io.cqkd.node-image': node.id,
      'io.cqkd.from': node.from,
    });
    expect((await ensure(node.id)).Id).to.equal(Id);
  });

  it('is said to be out of reach where it can not be built', async () => {
    const node = { image: 'cqkd-no-such-image:1', id: 'sha256:1', from: 'offline' as const };
    const error = await rejectionOf(ensureAgentImage(engine as Engine, { reference, node, signal }));
    expect(error).to.be.instanceOf(KernelFilterUnavailable).and.instanceOf(EnvironmentError);
  });
});

describe('an engine that allows no agent', () => {
  it('is told from one that fails', async () => {
    let message = 'cannot share the host PID namespace when user namespaces are enabled';
    const standIn = await standInEngine((method, path) =>
      method === 'POST' && path === '/containers/create' ? { status: 400, body: { message } } : undefined,
    );
    try {
      const engine = await openEngine(standIn.environment);
      const agent = { name: 'agent-x', image: 'x', job: { do: 'clean' as const, table: null, targets: [] } };
      const refusal = await rejectionOf(runAgent(engine, 'cqkd', agent));
      expect(refusal).to.be.instanceOf(KernelFilterUnavailable);
      expect(refusal.message).to.equal(`the engine allows no agent: ${message}`);
      message = 'invalid reference format';
      expect(await rejectionOf(runAgent(engine, 'cqkd', agent))).not.to.be.instanceOf(
        KernelFilterUnavailable,
      );
    } finally {
      await standIn.close();
    }
  });
});
