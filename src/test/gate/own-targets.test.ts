import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { MistakesError, UsageError } from '../../errors.js';
import { parseOwnTargets, readOwnTargets } from '../../gate/own-targets.js';
import { rejectionOf } from '../support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('targets in a file', () => {
  let folder: TemporaryFolder;
  let file: string;
  before(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, 'targets.yaml');
  });
  after(() => folder.remove());
  const read = (text: string) => parseOwnTargets(file, text);

  it('are read from YAML and from JSON', () => {
    const targets = {
      refresh_overhead: { target: 10, threshold: 12 },
      memory: { target: 150e6, threshold: null },
      cpu: { target: null, threshold: null },
    };
    expect(
      read('# mine\nrefresh_overhead: { target: 10, threshold: 12 }\nmemory: { target: 150MB }\ncpu: null\n'),
    ).to.deep.equal(targets);
    expect(read(JSON.stringify(targets))).to.deep.equal(targets);
    expect(read('uptime: { target: 100, threshold: 99 }')).to.deep.equal({
      uptime: { target: 100, threshold: 99 },
    });
  });

  const wrong: [string, RegExp][] = [
    ['cpu: {target: 1}\nrecal: {target: 1}', /:2:1: there is no metric recal; the nearest is lookup_recall$/],
    ['\ncpu: { target: 20, threshold: 10 }', /:2:6: cpu has a threshold that is stricter than its target/],
    ['uptime: { target: 95, threshold: 99 }', /:1:9: uptime has a threshold that is stricter/],
    ['cpu: 5', /:1:6: cpu takes a target and a threshold, like "/],
    ['cpu: { goal: 5 }', /:1:8: cpu takes target and threshold, got goal$/],
    ['discovery_time: { target: soon }', /:1:27: discovery_time takes a number in seconds as its target/],
    ['memory: { target: 1 apple }', /:1:19: memory takes a number in bytes, or like 150MB, as its target/],
    ['uptime: { target: 101 }', /:1:19: uptime takes a target from 0 to 100, got 101$/],
    ['rpc_latency: { threshold: -1 }', /:1:27: rpc_latency takes a threshold from 0 up, got -1$/],
    ['- cpu', /:1:1: targets are lines like "/],
    ['', /:1:1: targets are lines like "/],
    ['cpu: {', /:1:\d+: /],
    ['cpu: {target: 1}\ncpu: {target: 2}', /:2:1: Map keys must be unique/],
  ];
  for (const [text, message] of wrong) {
    it(`are refused: ${JSON.stringify(text)}`, () => {
      expect(() => read(text))
        .to.throw(MistakesError, message)
        .with.property('exitCode', 2);
    });
  }

  it('are told of all mistakes at once', () => {
    expect(() => read('cpu: 5\nrecall: 1\nuptime: {target: 101}'))
      .to.throw(MistakesError)
      .with.property('mistakes')
      .that.has.length(3);
  });

  it('are read from a file', async () => {
    writeFileSync(file, 'cpu: { target: 20, threshold: 30 }');
    expect(await readOwnTargets(file)).to.deep.equal({ cpu: { target: 20, threshold: 30 } });
    const missing = await rejectionOf(readOwnTargets(join(folder.path, 'nothing.yaml')));
    expect(missing).to.be.instanceOf(UsageError);
    expect(missing.message).to.include('There is no file');
    expect((await rejectionOf(readOwnTargets(folder.path))).message).to.include('is a folder');
  });
});
