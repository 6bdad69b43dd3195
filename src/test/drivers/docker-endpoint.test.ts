import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { findEndpoints } from '../../drivers/docker/engine/endpoint.js';
import { EnvironmentError, UsageError } from '../../errors.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('where the Docker Engine is', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const find = (environment: NodeJS.ProcessEnv) => findEndpoints({ HOME: folder.path, ...environment });
  const urls = (environment: NodeJS.ProcessEnv) => find(environment).map(({ url }) => url);
  const write = async (path: string, content: unknown) => {
    const file = join(folder.path, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  };
  const idOf = (name: string) => createHash('sha256').update(name).digest('hex');
  const writeContext = (name: string, docker: object) =>
    write(`.docker/contexts/meta/${idOf(name)}/meta.json`, {
      Name: name,
      Metadata: {},
      Endpoints: { docker },
    });

  it('is told by DOCKER_HOST, in every form that the docker command takes', () => {
    const forms = {
      'unix:///run/engine.sock': 'unix:///run/engine.sock',
      'tcp://farm:4000': 'tcp://farm:4000',
      'tcp://farm': 'tcp://farm:2375',
      'farm:4000': 'tcp://farm:4000',
      'http://farm:80': 'tcp://farm:80',
      'https://farm': 'tcp://farm:2376',
      'tcp://[::1]:2375': 'tcp://[::1]:2375',
      'ssh://me@farm': 'ssh://me@farm',
      'ssh://farm:2222/ignored': 'ssh://farm:2222',
    };
    for (const [given, url] of Object.entries(forms)) {
      expect(urls({ DOCKER_HOST: given })).to.deep.equal([url]);
    }
    for (const wrong of ['unix://', 'ftp://farm', 'tcp://', 'tcp://farm:port']) {
      expect(() => urls({ DOCKER_HOST: wrong })).to.throw(UsageError, `got ${wrong}`);
    }
  });

  it('takes the keys of DOCKER_CERT_PATH when TLS is asked for', async () => {
    await write('keys/ca.pem', 'authority');
    await write('keys/cert.pem', 'certificate');
    await write('keys/key.pem', 'key');
    const given = { DOCKER_HOST: 'tcp://farm', DOCKER_CERT_PATH: join(folder.path, 'keys') };
    expect(find(given)[0]?.tls).to.equal(null);
    const [verified] = find({ ...given, DOCKER_TLS_VERIFY: '1' });
    expect(verified?.url).to.equal('tcp://farm:2376');
    expect(verified?.tls?.rejectUnauthorized).to.equal(true);
    expect([verified?.tls?.ca, verified?.tls?.cert, verified?.tls?.key].map(String)).to.deep.equal([
      'authority',
      'certificate',
      'key',
    ]);
    expect(find({ ...given, DOCKER_TLS: '1' })[0]?.tls?.rejectUnauthorized).to.equal(false);
  });

  it('is told by the context of DOCKER_CONTEXT, else of config.json, and by DOCKER_HOST before both', async () => {
    await writeContext('farm', { Host: 'tcp://farm:2376' });
    await writeContext('near', { Host: 'unix:///run/near.sock' });
    await write(`.docker/contexts/tls/${idOf('farm')}/docker/ca.pem`, 'authority');
    await write('.docker/config.json', { auths: {}, currentContext: 'near' });
    expect(urls({})).to.deep.equal(['unix:///run/near.sock']);
    const [farm] = find({ DOCKER_CONTEXT: 'farm' });
    expect(farm).to.deep.include({ url: 'tcp://farm:2376', source: 'context farm' });
    expect(farm?.tls?.ca?.toString()).to.equal('authority');
    expect(farm?.tls?.rejectUnauthorized).to.equal(true);
    const before = { DOCKER_CONTEXT: 'farm', DOCKER_HOST: 'unix:///run/engine.sock' };
    expect(urls(before)).to.deep.equal(['unix:///run/engine.sock']);
    expect(urls({ DOCKER_CONTEXT: 'default' })).not.to.deep.equal(['unix:///run/near.sock']);
    const elsewhere = { DOCKER_CONFIG: join(folder.path, '.docker'), HOME: '/nowhere' };
    expect(urls(elsewhere)).to.deep.equal(['unix:///run/near.sock']);
  });

  it('knows a context whose engine need not prove who it is', async () => {
    await writeContext('farm', { Host: 'tcp://farm:2376', SkipTLSVerify: true });
    expect(find({ DOCKER_CONTEXT: 'farm' })[0]?.tls).to.deep.equal({ rejectUnauthorized: false });
  });

  it('says which context is missing, and which file is not as it should be', async () => {
    expect(() => urls({ DOCKER_CONTEXT: 'farm' })).to.throw(EnvironmentError, /context farm does not exist/);
    await write('.docker/config.json', '{"currentContext":');
    expect(() => urls({})).to.throw(EnvironmentError, /config\.json is not as Docker writes it/);
  });

  it('is a rootless engine or Docker Desktop where only that is there', async function () {
    if (process.platform === 'win32') this.skip();
    await write('runtime/docker.sock', '');
    await write('.docker/run/docker.sock', '');
    const found = urls({ XDG_RUNTIME_DIR: join(folder.path, 'runtime') });
    const own = found.filter((url) => url !== 'unix:///var/run/docker.sock');
    expect(own).to.deep.equal([
      `unix://${folder.path}/runtime/docker.sock`,
      `unix://${folder.path}/.docker/run/docker.sock`,
    ]);
    // The usual one first where it is there as well; and where nothing is, it is the one that is missed.
    if (found.length > own.length) expect(found[0]).to.equal('unix:///var/run/docker.sock');
    await folder.remove();
    expect(urls({ XDG_RUNTIME_DIR: join(folder.path, 'runtime') })).to.deep.equal([
      'unix:///var/run/docker.sock',
    ]);
  });
});
