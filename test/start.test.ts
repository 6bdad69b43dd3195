import { join } from 'node:path';
import { expect } from 'chai';
import { claimBlock } from '../src/test/support/loopback.js';
import { repository, temporaryFolder } from './support/checkout.js';
import { run } from './support/run.js';

describe('npm start', () => {
  it('brings 50 workers up, measures them, and takes them down', async () => {
    const folder = await temporaryFolder();
    const claimed = await claimBlock();
    try {
      // What an engine may have of others is none of this test's.
      const state = { XDG_STATE_HOME: join(folder.path, 'state'), CQKD_ADDRESS_BLOCK: `${claimed.block}` };
      const env = { ...state, CQKD_DRIVER: 'process' };
      const options = { cwd: repository, env };
      const { code, stdout, stderr } = await run(process.execPath, ['scripts/start.mjs'], options);
      const commands = stdout.match(/^\$ .*$/gm);
      expect(commands, stderr).to.deep.equal([
        '$ cqkd deploy -w 50 --driver process',
        '$ cqkd verify',
        '$ cqkd down',
      ]);
      // 5 = unknown: something else kept this machine busy while it measured.
      expect(code, stdout + stderr).to.be.oneOf([0, 5]);

      const status = await run(process.execPath, ['bin/run.js', 'status', '--json'], options);
      expect(JSON.parse(status.stdout)).to.deep.equal({ networks: [] });
    } finally {
      await folder.remove();
      await claimed.release();
    }
  }).timeout(300_000);
});
