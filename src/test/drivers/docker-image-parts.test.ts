import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { extract, type Header } from 'tar-stream';
import { BuildOutput } from '../../drivers/docker/image/build-output.js';
import { type ContextEntry, contextStream } from '../../drivers/docker/image/context.js';
import { offlineDockerfile, readDockerfile, withLabels } from '../../drivers/docker/image/dockerfile.js';
import { latestOf, originOf } from '../../drivers/docker/image/reference.js';
import { filesOfParts, nodeParts, rootFilesystem } from '../../drivers/docker/image/root-filesystem.js';
import { leanEnvironment } from '../../drivers/process/environment.js';
import { EnvironmentError } from '../../errors.js';
import { nodeFlags } from '../../plan/node-flags.js';
import { rejectionOf } from '../support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';
import { until } from '../support/until.js';

async function entriesOf(tar: Readable): Promise<(Header & { content: string })[]> {
  const entries: (Header & { content: string })[] = [];
  for await (const entry of tar.pipe(extract())) {
    entries.push({ ...entry.header, content: (await buffer(entry as unknown as Readable)).toString() });
  }
  return entries;
}

describe('a build context', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('is a tar of files, folders and links that has no times in it', async () => {
    const source = join(folder.path, 'library');
    await writeFile(source, 'machine code');
    const entries: ContextEntry[] = [
      { path: 'text', content: 'one' },
      { path: 'bytes', content: Buffer.from('two'), mode: 0o600 },
      { path: 'tmp', mode: 0o1777 },
      { path: 'lib' },
      { path: 'lib/library', source, mode: 0o755 },
      { path: 'lib/link', link: '/lib/library' },
      { path: 'empty', content: '' },
    ];
    const found = await entriesOf(contextStream(entries));
    const facts = found.map(({ name, type, mode, linkname, content }) => [
      name,
      type,
      mode,
      linkname,
      content,
    ]);
    expect(facts).to.deep.equal([
      ['text', 'file', 0o644, null, 'one'],
      ['bytes', 'file', 0o600, null, 'two'],
      ['tmp/', 'directory', 0o1777, null, ''],
      ['lib/', 'directory', 0o755, null, ''],
      ['lib/library', 'file', 0o755, null, 'machine code'],
      ['lib/link', 'symlink', 0o777, '/lib/library', ''],
      ['empty', 'file', 0o644, null, ''],
    ]);
    expect(found.map(({ mtime, uid, gid }) => [mtime?.getTime(), uid, gid])).to.deep.equal(
      entries.map(() => [0, 0, 0]),
    );
  });

  it('is the same each time', async () => {
    const entries = rootFilesystem({
      ...(await nodeParts(process.execPath)),
      binary: join(import.meta.dirname, '../support/until.ts'),
    });
    const first = await buffer(contextStream(entries));
    expect(first.length).to.be.above(1e6);
    expect(first.equals(await buffer(contextStream(entries)))).to.equal(true);
  });

  it('tells when it is taken, and names the file that can not be read', async () => {
    let chunks = 0;
    const stream = contextStream(
      [
        { path: 'a', content: 'a' },
        { path: 'b', source: `${folder.path}/none` },
      ],
      () => {
        chunks++;
      },
    );
    const error = await rejectionOf(buffer(stream));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(/^Can't take \/.*\/none into the image \(ENOENT/);
    expect(stream.errored).to.equal(error);
    expect(chunks).to.be.above(0);
  });

  it('closes its files when nobody wants the rest', async function () {
    if (process.platform !== 'linux') this.skip();
    const { readdir, readlink } = await import('node:fs/promises');
    const source = join(folder.path, 'large');
    await writeFile(source, Buffer.alloc(8e6));
    const isOpen = async () => {
      const numbers = await readdir('/proc/self/fd');
      const paths = await Promise.all(numbers.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return paths.includes(source);
    };
    const stream = contextStream([{ path: 'large', source }]);
    stream.read(0);
    await until('the file is open', isOpen);
    stream.destroy();
    await until('the file is closed', async () => !(await isOpen()));
  });
});

describe('the root file system of the image', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const make = async (...paths: string[]) => {
    for (const path of paths) {
      await mkdir(join(folder.path, path, '..'), { recursive: true });
      await writeFile(join(folder.path, path), path);
    }
    return paths.map((path) => join(folder.path, path));
  };
  const at = (path: string) => join(folder.path, path);

  it('has the libraries where the loader finds them', async () => {
    const libraries = await make('lib/libc.so.6', 'lib64/ld-linux-x86-64.so.2', 'opt/libuv.so.1');
    await make('lib/libnss_dns.so.2', 'lib/libnss_files.so.2', 'lib/libresolv.so.2', 'lib/libother.so.1');
    const [binary = '', part = ''] = await make('bin/node', 'share/undici.js');
    const entries = rootFilesystem({ binary, libraries: [...libraries, at('lib/gone.so')], files: [part] });
    const files = entries
      .filter(({ path }) => path.startsWith(folder.path))
      .map(({ path, source, link }) => {
        return [path, source === path ? 'itself' : (link ?? source ?? 'folder')];
      });
    expect(files).to.deep.equal([
      [folder.path, 'folder'],
      [at('lib'), 'folder'],
      [at('lib/libc.so.6'), 'itself'],
      [at('lib/libnss_dns.so.2'), 'itself'],
      [at('lib/libnss_files.so.2'), 'itself'],
      [at('lib/libresolv.so.2'), 'itself'],
      [at('lib/libuv.so.1'), at('opt/libuv.so.1')],
      [at('lib64'), 'folder'],
      [at('lib64/ld-linux-x86-64.so.2'), 'itself'],
      [at('opt'), 'folder'],
      [at('opt/libuv.so.1'), 'itself'],
      [at('share'), 'folder'],
      [at('share/undici.js'), 'itself'],
    ]);
    expect(entries).to.deep.include({ path: '/usr/local/bin/node', source: binary, mode: 0o755 });
  });

  it('has users, a way to look names up and a folder for everybody', () => {
    const entries = rootFilesystem({ binary: process.execPath, libraries: [], files: [] });
    const contents = Object.fromEntries(entries.map(({ path, content }) => [path, content]));
    expect(contents).to.include({
      '/etc/group': 'cqkd:x:65532:\n',
      '/etc/nsswitch.conf': 'hosts: files dns\n',
      '/etc/passwd': 'cqkd:x:65532:65532::/:/sbin/nologin\n',
    });
    expect(entries).to.deep.include({ path: '/tmp', mode: 0o1777 });
  });

  it('has each folder before what is in it', async () => {
    const paths = rootFilesystem(await nodeParts(process.execPath)).map(({ path }) => path);
    expect(new Set(paths).size).to.equal(paths.length);
    for (const [index, path] of paths.entries()) {
      const parent = join(path, '..');
      if (parent !== '/') expect(paths.indexOf(parent), path).to.be.within(0, index - 1);
    }
  });

  it('takes a Node of this machine, with its loader', async function () {
    if (process.platform !== 'linux') this.skip();
    const link = at('node');
    await symlink(process.execPath, link);
    const { binary, libraries } = await nodeParts(link);
    expect(binary).to.equal(process.execPath);
    expect(libraries.some((path) => /\/ld-[^/]+$/.test(path))).to.equal(true);
    expect(libraries.every((path) => path.startsWith('/'))).to.equal(true);
  });

  it('says which Node it can not look at', async () => {
    const error = await rejectionOf(nodeParts(at('none')));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(/^Can't look at the Node\.js at \/.*\/none \(.*ENOENT[^\n]*\)$/);
  });

  it('takes what a build of Node keeps in files', () => {
    const undici = '/usr/share/nodejs/undici/undici-fetch.js';
    expect(
      filesOfParts(['ICU_NO_USER_DATA_OVERRIDE', `NODE_SHARED_BUILTIN_UNDICI_UNDICI_PATH=${undici}`, 'A=/b']),
    ).to.deep.equal([undici]);
  });
});

describe('the Dockerfile', () => {
  const { text, base } = readDockerfile();

  it('begins with a pinned official image', () => {
    expect(base).to.match(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
  });

  it('runs the program as processes of one node run it', () => {
    const [, entrypoint = ''] = /^ENTRYPOINT (.*)$/m.exec(text) ?? [];
    expect(JSON.parse(entrypoint)).to.deep.equal([
      '/usr/local/bin/node',
      ...nodeFlags(1, { version: process.versions.node, heap: 'lean' }),
      '--no-warnings',
      '/cqkd/cqkd-node.cjs',
    ]);
    const variables = Object.entries(leanEnvironment).map(([name, value]) => `${name}=${value}`);
    expect(text).to.include(`\nENV ${variables.join(' ')}\n`);
  });

  it('has a last stage that needs no other image', () => {
    const stage = offlineDockerfile(text);
    expect(stage.match(/^FROM .*$/gm)).to.deep.equal(['FROM scratch']);
    expect(stage).to.not.include('--from=');
    expect(stage).to.include('\nCOPY rootfs/ /\n');
    expect(text.endsWith(stage.slice(stage.indexOf('USER')))).to.equal(true);
  });

  it('takes labels', () => {
    expect(withLabels('FROM scratch\n\n', { a: 'b', c: 'd "e"' })).to.equal(
      'FROM scratch\nLABEL a="b" c="d \\"e\\""\n',
    );
  });
});

describe('the name of the image', () => {
  it('is also latest', () => {
    expect(latestOf('cqkd-dht-node:0.1.0')).to.equal('cqkd-dht-node:latest');
    expect(latestOf('localhost:5000/cqkd:1')).to.equal('localhost:5000/cqkd:latest');
  });

  it('says where its Node comes from when it knows', () => {
    expect(originOf({ 'io.cqkd.from': 'offline' })).to.equal('offline');
    expect(originOf({ 'io.cqkd.from': 'auto' })).to.equal(null);
    expect(originOf({})).to.equal(null);
  });
});

describe('the output of a build', () => {
  const output = [
    'Step 1/3 : FROM scratch\n',
    ' ---> \n',
    'Step 2/3 : LABEL a=b\n',
    ' ---> Running in 0123456789ab\n',
    'Removing intermediate container 0123456789ab\n',
    ' ---> c7e8b2038dbd\n',
    'Step 3/3 : RUN set -eu; grep x y\n',
    ' ---> Running in 1123456789ab\n',
    '\u001b[91mgrep: y: No such file\n\u001b[0m',
    'Removing intermediate container 1123456789ab\n',
  ].join('');
  const failure = {
    error: "The command '/bin/sh -c set -eu; grep x y' returned a non-zero code: 2",
    errorDetail: {
      code: 2,
      message: "The command '/bin/sh -c set -eu; grep x y' returned a non-zero code: 2",
    },
  };

  for (const pieces of [output.split(/(?<=\n)/), [...output], [output]]) {
    it(`is understood in ${pieces.length} pieces`, () => {
      const steps: string[] = [];
      const reader = new BuildOutput((index, total) => steps.push(`${index}/${total}`));
      for (const stream of pieces) reader.take({ stream });
      expect(steps).to.deep.equal(['1/3', '2/3', '3/3']);
      expect([...reader.images]).to.deep.equal(['c7e8b2038dbd']);
      expect(reader.explain(failure)).to.equal('step 3 of 3 (RUN) ended with code 2: grep: y: No such file');
    });
  }

  it('says why an engine can not do a step', () => {
    const reader = new BuildOutput();
    reader.take({ stream: 'Step 1/3 : COPY a /\n' });
    expect(reader.explain({ error: 'no space', errorDetail: { message: 'no space left' } })).to.equal(
      'no space left',
    );
    expect(reader.explain({ error: 'no space' })).to.equal('no space');
    expect(reader.explain({ error: 'x', errorDetail: { code: 1 } })).to.equal(
      'step 1 of 3 (COPY) ended with code 1: it said nothing',
    );
  });
});
