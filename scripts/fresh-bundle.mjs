import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const node = join(import.meta.dirname, '../node');

/** Bundles the node anew when its sources changed since; the start of every run from sources, and of the tests. */
export function freshBundle() {
  const sources = readdirSync(join(node, 'src'), { recursive: true }).filter((name) => name.endsWith('.ts'));
  const changedAt = Math.max(...sources.map((name) => statSync(join(node, 'src', name)).mtimeMs));
  const bundle = statSync(join(node, 'dist/cqkd-node.cjs'), { throwIfNoEntry: false });
  if (bundle && bundle.mtimeMs > changedAt) return;
  const { status } = spawnSync(process.execPath, [join(node, 'build.mjs')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}

export const mochaGlobalSetup = freshBundle;
