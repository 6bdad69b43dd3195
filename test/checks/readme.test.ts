import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { repository } from '../support/checkout.js';
import { succeed } from '../support/run.js';

describe('README.md', () => {
  it('holds the commands as they are compiled (npm run readme writes them)', async () => {
    const oclif = join(repository, 'node_modules/oclif/bin/run.js');
    const generated = await succeed(process.execPath, [oclif, 'readme', '--no-source-links', '--dry-run'], {
      cwd: repository,
      env: { NODE_ENV: 'production', OCLIF_SKIP_NEW_VERSION_CHECK: 'true' },
    });
    expect(generated).to.include(await readFile(join(repository, 'README.md'), 'utf8'));
  });
});
