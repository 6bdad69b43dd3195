import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');

const workspaces: Record<string, string> = {
  node: 'node',
  harness: 'src',
  'plugin-bench': 'plugins/bench',
  'plugin-chaos': 'plugins/chaos',
  'plugin-deploy': 'plugins/deploy',
  'plugin-rollback': 'plugins/rollback',
  'plugin-verify': 'plugins/verify',
};

const leftOut = new Set(['node_modules', '.git', 'oclif.manifest.json']);
const isBuilt = (name: string) => name === 'dist';

/** A temporary folder that goes away with `remove`. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'cqkd-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Copies the sources into `folder`, with what is built of them or without; the third-party packages are those installed here. */
export async function copyCheckout(folder: string, { built }: { built: boolean }): Promise<void> {
  await cp(repository, folder, {
    recursive: true,
    // What is newer than its source is not built again.
    preserveTimestamps: true,
    filter: (source) => !leftOut.has(basename(source)) && (built || !isBuilt(basename(source))),
  });
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@cqkd'), { recursive: true });
  for (const name of await readdir(join(repository, 'node_modules'))) {
    if (name !== '@cqkd') await symlink(join(repository, 'node_modules', name), join(modules, name));
  }
  for (const [name, path] of Object.entries(workspaces)) {
    await symlink(join(folder, path), join(modules, '@cqkd', name));
  }
}
