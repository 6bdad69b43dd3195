import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ContextFile } from './context.js';

/** Who the nodes run as: nobody that the machine knows. */
const user = 65_532;
/** What glibc opens only when a name is looked up; newer versions have it built in. */
const laterOpened = /^libnss_(dns|files)\.so/;

/**
 * A root file system that runs this machine's own Node: the binary, and the libraries that it has loaded.
 *
 * Linux only. Paths are those within the file system.
 */
export function rootFilesystem(): ContextFile[] {
  const libraries = loadedLibraries();
  const folders = new Set(libraries.map((path) => dirname(path)));
  const later = [...folders].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => laterOpened.test(name))
      .map((name) => join(folder, name)),
  );
  const paths = [...new Set([...libraries, ...later])].sort();
  return [
    { path: 'etc/group', content: `cqkd:x:${user}:\n` },
    { path: 'etc/passwd', content: `cqkd:x:${user}:${user}::/:/sbin/nologin\n` },
    ...paths.map((path) => ({ path: path.slice(1), source: path, executable: true })),
    { path: 'tmp/' },
    { path: 'usr/local/bin/node', source: process.execPath, executable: true },
  ];
}

/** Libraries of this process, the loader of the system among them. */
function loadedLibraries(): string[] {
  // Otherwise the report looks names up, and takes seconds where no name server answers.
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  report.excludeNetwork = true;
  const { sharedObjects } = report.getReport() as unknown as { sharedObjects: string[] };
  return sharedObjects.filter((path) => path.startsWith('/') && !path.endsWith('.node') && existsSync(path));
}
