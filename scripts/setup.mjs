// What a fresh clone needs before its first command: the packages of the lock file, and the build.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Runs a Node script in the repository and answers its exit code. */
export function runNode(script, ...args) {
  return spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** Runs a Node script in the repository; ends this process with its exit code when it fails. */
export function step(label, script, ...args) {
  const code = runNode(script, ...args);
  if (code === 0) return;
  console.error(`${label} failed`);
  process.exit(code);
}

/** Installs the packages when those in node_modules are not those of the lock file. */
export function install() {
  if (installed()) return;
  console.log('installing packages (npm ci)');
  const options = { cwd: root, stdio: 'inherit' };
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (status === 0) return;
  console.error('npm ci failed: the packages of package-lock.json could not be installed');
  process.exit(4);
}

/** Compiles all packages and bundles the node; what is fresh is not compiled again. */
export function build() {
  step('tsc -b', 'node_modules/typescript/bin/tsc', '-b');
  step('the bundle', 'node/build.mjs');
}

function installed() {
  try {
    const wanted = packages('package-lock.json');
    const found = packages('node_modules/.package-lock.json');
    return Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        !path.startsWith('node_modules/') || (found[path] ? found[path].version === version : optional),
    );
  } catch {
    return false;
  }
}

function packages(lockFile) {
  return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
}
