// The plugins' oclif manifests: with them an installed cqkd starts without loading every command.
//
// They exist only while a package is made or all tests run: one left behind would make bin/dev.js run stale code.
//
// usage: node scripts/manifests.mjs write|remove
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, step } from './setup.mjs';

const plugins = readdirSync(join(root, 'plugins'));

export function writeManifests() {
  process.env.OCLIF_SKIP_NEW_VERSION_CHECK = 'true';
  for (const plugin of plugins)
    step(
      `the manifest of ${plugin}`,
      'node_modules/oclif/bin/run.js',
      'manifest',
      join(root, 'plugins', plugin),
    );
}

export function removeManifests() {
  for (const plugin of plugins) rmSync(join(root, 'plugins', plugin, 'oclif.manifest.json'), { force: true });
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv[2] === 'write') writeManifests();
  else removeManifests();
}
