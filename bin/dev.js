#!/usr/bin/env node
// Runs the command line from its TypeScript sources; makes the node's bundle anew where its sources changed.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { register } from 'tsx/esm/api';

const node = join(import.meta.dirname, '../node');
const plugins = join(import.meta.dirname, '../plugins');

/** Time of the last change of the node's sources, milliseconds since the epoch. */
function sourcesChangedAt() {
  const sources = readdirSync(join(node, 'src'), { recursive: true }).filter((name) => name.endsWith('.ts'));
  return Math.max(...sources.map((name) => statSync(join(node, 'src', name)).mtimeMs));
}

const bundledAt = statSync(join(node, 'dist/cqkd-node.cjs'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (bundledAt < sourcesChangedAt()) {
  const { status } = spawnSync(process.execPath, [join(node, 'build.mjs')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}

// A manifest that an interrupted `npm pack` left behind would hide the sources.
for (const plugin of readdirSync(plugins))
  rmSync(join(plugins, plugin, 'oclif.manifest.json'), { force: true });

register({ tsconfig: join(import.meta.dirname, '../tsconfig.json') });
const { execute } = await import('@oclif/core');
await execute({ development: true, dir: import.meta.url });
