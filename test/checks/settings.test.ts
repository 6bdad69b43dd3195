import { join } from 'node:path';
import { repository } from '../support/checkout.js';
import { succeed } from '../support/run.js';

describe('docs/settings.md', () => {
  it('holds the settings as they are compiled (npm run readme writes them)', async () => {
    await succeed(process.execPath, [join(repository, 'scripts/settings-doc.mjs'), 'check'], {
      cwd: repository,
    });
  });
});
