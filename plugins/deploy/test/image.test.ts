import { createRequire } from 'node:module';
import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../src/test/support/command-line.js';
import { requireEngine } from '../../../src/test/support/engine.js';

const { version } = createRequire(import.meta.url)('@cqkd/harness/package.json') as { version: string };

describe('image build', () => {
  let cqkd: CommandLine;
  before(async () => {
    cqkd = await createCommandLine();
  });
  after(() => cqkd.remove());

  const cases: [string[], number, RegExp][] = [
    [['--from', 'hub'], 2, /--from=hub .*auto, registry, offline/],
    [['--base', 'node:20', '--from', 'offline'], 2, /--base names .*, got --from offline --base node:20$/],
    [
      ['--node-binary', '/nowhere', '--from', 'registry'],
      2,
      /--node-binary names a Node.js of this machine, got it with --from registry: drop one of them$/,
    ],
    [['--node-binary', '/nowhere'], 2, /--node-binary .*, got \/nowhere, which is not there$/],
    [['--base', 'two words'], 2, /--base takes the name of an image like \S+, got "two words"$/],
    [[], 4, /^error: No Docker Engine listens on unix:\/\/\/nowhere.sock: /],
  ];
  for (const [args, code, message] of cases) {
    it(`${args.join(' ') || 'without an engine'}: ${code}`, async () => {
      const environment = { DOCKER_HOST: 'unix:///nowhere.sock' };
      const result = await cqkd.start(['image', 'build', ...args], environment).finished;
      expect(result.stderr.trim()).to.match(message);
      expect(result.stderr.trim().split('\n').length).to.equal(1);
      expect(result.stdout).to.equal('');
      expect(result.code).to.equal(code);
    });
  }

  it('builds the image, and leaves one alone that is there', async function () {
    this.timeout(180_000);
    await requireEngine(this);
    const built = await cqkd.json('image', 'build', '--from', 'offline', '--force');
    expect(built).to.include({ image: `cqkd-dht-node:${version}`, from: 'offline', built: true });
    expect(built.bytes).to.be.within(50e6, 130e6);
    expect(built.ownBytes).to.be.within(100e3, 3e6);
    expect(built.elapsedSeconds).to.be.above(0);
    const again = await cqkd.json('image', 'build');
    expect(again).to.include({ id: built.id, bytes: built.bytes, from: 'offline', built: false });
    const { stdout } = await cqkd.run('image', 'build');
    expect(stdout).to.match(/^✔ image cqkd-dht-node:\S+ is there, \d+ MB\n$/);
  });
});
