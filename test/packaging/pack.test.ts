import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ClaimedBlock, claimBlock } from '../../src/test/support/loopback.js';
import { copyCheckout, repository, temporaryFolder } from '../support/checkout.js';
import { run, succeed } from '../support/run.js';

describe('npm pack and install into an empty prefix', function () {
  this.timeout(300_000);

  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let environment: NodeJS.ProcessEnv;
  let claimed: ClaimedBlock;
  const cqkd = (...args: string[]) =>
    run(join(folder.path, 'prefix/bin/cqkd'), args, { cwd: folder.path, env: environment });

  before(async () => {
    folder = await temporaryFolder();
    claimed = await claimBlock();
    environment = {
      XDG_STATE_HOME: join(folder.path, 'state'),
      CQKD_ADDRESS_BLOCK: String(claimed.block),
      CQKD_DRIVER: 'process',
    };
    const checkout = join(folder.path, 'checkout');
    await copyCheckout(checkout, { built: true });
    await succeed('npm', ['pack', '--pack-destination', folder.path], { cwd: checkout });
    const { version } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
    const options = ['--prefix', join(folder.path, 'prefix'), '--prefer-offline', '--no-audit', '--no-fund'];
    await succeed('npm', ['install', '--global', ...options, join(folder.path, `cqkd-${version}.tgz`)]);
  });

  after(async () => {
    await folder?.remove();
    await claimed?.release();
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
    const { code, stdout } = await cqkd('--version');
    expect(stdout).to.match(new RegExp(`^cqkd/${version.replaceAll('.', '\\.')} `));
    expect(code).to.equal(0);
  });

  it('lists its commands', async () => {
    const { code, stdout } = await cqkd('--help');
    for (const command of [
      'chaos',
      'deploy',
      'compose',
      'status',
      'logs',
      'scale',
      'down',
      'verify',
      'bench',
    ]) {
      expect(stdout).to.match(new RegExp(`^  ${command} `, 'm'));
    }
    expect(code).to.equal(0);
  });

  it('ships its scenarios', async () => {
    const { code, stdout } = await cqkd('chaos', 'run', '--list', '--json');
    const { scenarios } = JSON.parse(stdout) as { scenarios: { name: string }[] };
    expect(scenarios.map(({ name }) => name)).to.include.members(['split-and-heal', 'validation']);
    expect(code).to.equal(0);
  });

  it('answers an unknown command with one line and exit code 2', async () => {
    const { code, stdout, stderr } = await cqkd('no-such-command');
    expect(stderr).to.include('command no-such-command not found');
    expect(stdout).to.equal('');
    expect(code).to.equal(2);
  });

  it('brings a network of 3 workers up and takes it down', async () => {
    try {
      const deployed = await cqkd('deploy', '-w', '3', '--json');
      expect(deployed.code, deployed.stderr + deployed.stdout).to.equal(0);
      expect(JSON.parse(deployed.stdout)).to.include({ network: 'cqkd', driver: 'process', workers: 3 });
    } finally {
      const down = await cqkd('down');
      expect(down.code, down.stderr).to.equal(0);
    }
  });
});
