// The plugins' oclif manifests: with them an installed cqkd starts without loading every command.
//
// They exist only while a package is made: one left behind would make bin/dev.js run stale code.
//
// usage: node scripts/manifests.mjs write|remove
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, step } from './setup.mjs';

process.env.OCLIF_SKIP_NEW_VERSION_CHECK = 'true';
for (const plugin of readdirSync(join(root, 'plugins'))) {
  const folder = join(root, 'plugins', plugin);
  if (process.argv[2] === 'write')
    step(`the manifest of ${plugin}`, 'node_modules/oclif/bin/run.js', 'manifest', folder);
  else rmSync(join(folder, 'oclif.manifest.json'), { force: true });
}
