import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { copyCheckout, temporaryFolder } from '../support/checkout.js';
import { run } from '../support/run.js';

describe('bin/dev.js', () => {
  it('runs the commands from TypeScript sources, from any folder, with nothing compiled', async () => {
    const folder = await temporaryFolder();
    try {
      const checkout = join(folder.path, 'checkout');
      await copyCheckout(checkout, { built: false });
      const dev = join(checkout, 'bin/dev.js');
      const { code, stdout, stderr } = await run(process.execPath, [dev, 'deploy', '--help'], { cwd: '/' });
      expect(stderr).to.equal('');
      expect(stdout).to.include('$ cqkd deploy');
      expect(code).to.equal(0);
      expect(existsSync(join(checkout, 'plugins/deploy/dist'))).to.equal(false);
      expect(existsSync(join(checkout, 'src/dist'))).to.equal(false);
      expect(existsSync(join(checkout, 'node/dist/cqkd-node.cjs'))).to.equal(true);
    } finally {
      await folder.remove();
    }
  }).timeout(120_000);
});
