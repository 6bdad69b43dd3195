import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../src/test/support/command-line.js';
import { holdPort } from '../../../src/test/support/loopback.js';

describe('bad input', () => {
  let cqkd: CommandLine;
  before(async () => {
    cqkd = await createCommandLine();
  });
  after(() => cqkd.remove());

  const cases: [string[], number, RegExp][] = [
    [['deploy', '-s', 'tiny'], 2, /--scale=tiny .*small, medium, large, xlarge, custom/],
    [['deploy', '-w', '0'], 2, /--workers takes a whole number from 1 up, got 0/],
    [['deploy', '-w', '1.5'], 2, /--workers takes a whole number from 1 up, got 1.5/],
    [['deploy', '-w', 'many'], 2, /--workers takes a whole number from 1 up, got many/],
    [['deploy', '-w', '10000000'], 2, /10000000 workers are too many here: at most \d+, because/],
    [['deploy', '-s', 'custom'], 2, /-w N/],
    [['deploy', '-s', 'small', '-w', '20'], 2, /Scale small has 15 workers/],
    [['deploy', '-n', 'Not A Name'], 2, /name has 1-32 .*, got "Not A Name"/],
    [['deploy', '-n', '../up'], 2, /name has 1-32/],
    [['deploy', '--topology', 'ring'], 2, /--topology=ring .*auto, flat, tiered/],
    [['deploy', '--driver', 'podman'], 2, /--driver=podman .*auto, process, docker/],
    [['deploy', '--density', '0'], 2, /--density takes a whole number from 1 to 1000, got 0/],
    [['deploy', '--density', '1001'], 2, /--density takes a whole number from 1 to 1000, got 1001/],
    [
      ['deploy', '--node-binary', '/nowhere/node'],
      2,
      /--node-binary .*, got \/nowhere\/node, which is not there/,
    ],
    [['deploy', '--node-binary', '/bin/true'], 2, /--node-binary .*, got \/bin\/true, which prints/],
    [['deploy', '--set', 'enable_helth_check=false'], 2, /the nearest is ENABLE_HEALTH_CHECK/],
    [
      ['deploy', '--set', 'base_port=99999'],
      2,
      /BASE_PORT takes a whole number from 1 to 65535, got "99999"/,
    ],
    [['deploy', '--set', 'base_port'], 2, /KEY=VALUE/],
    [['deploy', '--nonsense'], 2, /--nonsense/],
    [['verify', '--metric', 'speed'], 2, /There is no metric speed; the nearest is/],
    [['verify', '--watch', 'long'], 2, /duration/],
    [['verify'], 4, /There is no network cqkd/],
    [['status', '-n', 'none'], 4, /There is no network none/],
    [['logs', '-n', 'none'], 4, /There is no network none/],
    [['scale', '-n', 'none', '-w', '20'], 4, /There is no network none/],
    [['scale'], 2, /workers/],
    [['down', '-n', 'none'], 4, /There is no network none/],
  ];
  for (const [args, code, message] of cases) {
    it(`${args.join(' ')}: ${code}`, async () => {
      const result = await cqkd.run(...args);
      expect(result.stderr.trim().split('\n').length, result.stderr).to.equal(1);
      expect(result.stderr).to.match(message);
      expect(result.stdout).to.equal('');
      expect(result.code).to.equal(code);
      expect(cqkd.processes('cqkd')).to.deep.equal([]);
      expect(existsSync(`${cqkd.root}/cqkd`)).to.equal(false);
    });
  }

  it('is one JSON document with --json', async () => {
    const { code, stdout, stderr } = await cqkd.run('deploy', '-w', '0', '--json');
    expect(code).to.equal(2);
    expect(stderr).to.equal('');
    expect(JSON.parse(stdout)).to.deep.equal({
      error: { kind: 'usage', message: '--workers takes a whole number from 1 up, got 0', exitCode: 2 },
    });
  });

  it('is a setting of the environment that is wrong', async () => {
    const { code, stderr } = await cqkd.start(['deploy'], { MAX_PORT: '1' }).finished;
    expect(code).to.equal(2);
    expect(stderr).to.include('MAX_PORT');
  });

  it('is a bootstrap port that another program has', async () => {
    const held = await holdPort(cqkd.address, 5678);
    const { code, stderr } = await cqkd.run('deploy');
    await held.release();
    expect(code).to.equal(4);
    expect(stderr).to.include(`UDP port 5678 of ${cqkd.address} for sb-primary is taken by another program`);
    expect(existsSync(`${cqkd.root}/cqkd`)).to.equal(false);
  });

  it('is a state folder that can not be written', async () => {
    const file = `${dirname(cqkd.root)}/file`;
    writeFileSync(file, '');
    for (const folder of [file, '/proc/cqkd']) {
      const { code, stderr } = await cqkd.start(['deploy'], { XDG_STATE_HOME: folder }).finished;
      expect(code).to.equal(4);
      expect(stderr).to.include('XDG_STATE_HOME');
    }
  });
});
