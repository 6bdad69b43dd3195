import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError, messageOf } from '../../../errors.js';
import type { ContextEntry } from './context.js';

/** Who the nodes run as: nobody that the machine knows. */
const user = 65_532;
/** The library whose folder the loader looks into for all others. */
const cLibrary = /^(libc\.so\.|ld-musl-)/;
const loader = /^ld-/;
/** What older C libraries load only when a name is looked up; newer ones have it built in. */
const loadedLater = /^lib(nss_(dns|files)|resolv)\.so\.2$/;
/** How builds of Node say that a part of it lies in a file of its own; Debian's does. */
const partInFile = /^NODE_SHARED_BUILTIN_\w+_PATH=(.+)$/;

/** A Node and what it needs to run. Paths are absolute. */
export interface NodeParts {
  binary: string;
  /** Libraries, the loader of the system among them, where the loader has found them. */
  libraries: readonly string[];
  /** Other files that it does not start without. */
  files: readonly string[];
}

/** Script by which a Node.js prints its files. Without excludeNetwork its report waits for name servers. */
const describeItself = `
  process.report.excludeNetwork = true;
  const { sharedObjects } = process.report.getReport();
  const { defines = [] } = process.config.target_defaults;
  JSON.stringify({ binary: process.execPath, sharedObjects, defines })`;

/** A Node.js of this machine. Linux only. @throws EnvironmentError when it can't be run */
export async function nodeParts(binary: string): Promise<NodeParts> {
  try {
    const { stdout } = await promisify(execFile)(binary, ['--print', describeItself], { maxBuffer: 1 << 24 });
    const found = JSON.parse(stdout) as { binary: string; sharedObjects: string[]; defines: string[] };
    return {
      binary: found.binary,
      libraries: found.sharedObjects.filter((path) => path.startsWith('/') && !path.endsWith('.node')),
      files: filesOfParts(found.defines),
    };
  } catch (error) {
    throw new EnvironmentError(
      `Can't look at the Node.js at ${binary} (${messageOf(error).split('\n', 1)[0]})`,
    );
  }
}

/** Files that a build of Node reads parts of itself from. */
export function filesOfParts(defines: readonly string[]): string[] {
  return defines.flatMap((define) => partInFile.exec(define)?.[1] ?? []);
}

/**
 * A root file system that a Node runs in: the binary and all it loads, who it runs as, and how names are looked up.
 *
 * Always in the same order, with nothing of the machine's own in it: the same Node makes the same layer.
 */
export function rootFilesystem({ binary, libraries, files }: NodeParts): ContextEntry[] {
  const loaded = libraries.filter((path) => existsSync(path));
  const folders = new Set(loaded.map((path) => dirname(path)));
  const later = [...folders].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => loadedLater.test(name))
      .map((name) => join(folder, name)),
  );
  const entries: ContextEntry[] = [
    { path: '/etc/group', content: `cqkd:x:${user}:\n` },
    // Without it the C library asks name servers before it looks into /etc/hosts.
    { path: '/etc/nsswitch.conf', content: 'hosts: files dns\n' },
    { path: '/etc/passwd', content: `cqkd:x:${user}:${user}::/:/sbin/nologin\n` },
    { path: '/tmp', mode: 0o1777 },
    { path: '/usr/local/bin/node', source: binary, mode: 0o755 },
    ...[...new Set([...loaded, ...later])].map((path) => ({ path, source: path, mode: 0o755 })),
    ...linksTo(loaded),
    ...files.map((path) => ({ path, source: path })),
  ];
  return withFolders(entries);
}

/**
 * Links that let the loader find libraries which it found here by its cache, or by a path relative to the binary:
 * neither is in the image.
 */
export function linksTo(libraries: readonly string[]): ContextEntry[] {
  const home = libraries.find((path) => cLibrary.test(basename(path)));
  if (home === undefined) return [];
  const folder = dirname(home);
  const there = new Set(libraries.filter((path) => dirname(path) === folder).map((path) => basename(path)));
  return libraries
    .filter((path) => !loader.test(basename(path)) && !there.has(basename(path)))
    .map((path) => ({ path: join(folder, basename(path)), link: path }));
}

/** The entries with all folders that they lie in, sorted: each folder before what is in it. */
export function withFolders(entries: readonly ContextEntry[]): ContextEntry[] {
  const byPath = new Map<string, ContextEntry>();
  for (const { path } of entries) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder))
      byPath.set(folder, { path: folder });
  }
  for (const entry of entries) byPath.set(entry.path, entry);
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
