import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../src/test/support/command-line.js';

describe('image build', () => {
  let cqkd: CommandLine;
  before(async () => {
    cqkd = await createCommandLine();
  });
  after(() => cqkd.remove());

  const cases: [string[], number, RegExp][] = [
    [['--from', 'hub'], 2, /--from=hub .*auto, registry, offline/],
    [['--base', 'node:20', '--from', 'offline'], 2, /--base names .*, got --from offline --base node:20$/],
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
});
