import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError, messageOf } from '../../../errors.js';
import type { ContextEntry } from '../image/context.js';
import { linksTo, withFolders } from '../image/root-filesystem.js';

/** What an agent calls, and the package that each comes with nearly everywhere. */
const packages = { nft: 'nftables', nsenter: 'util-linux' } as const;
/** Not in the path of everybody. */
const systemFolders = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];
/** Where they lie in the image. */
const toolFolder = '/usr/local/bin';

/** The tools of this machine, ready for a build context. */
export interface OwnTools {
  /** Paths are absolute. */
  entries: ContextEntry[];
  /** Another one when any of the files is another one. */
  hash: string;
}

/** Why the tools of this machine can't be taken; null when they can. One line. */
export function obstacleToOwnTools(environment: NodeJS.ProcessEnv = process.env): string | null {
  for (const [tool, name] of Object.entries(packages)) {
    if (!find(tool, environment)) return `${tool} is not on this machine (apt-get install ${name})`;
  }
  return find('ldd', environment) ? null : 'ldd, which tells the libraries of nft, is not on this machine';
}

/** nft, nsenter and the libraries that they load. Linux only. @throws EnvironmentError */
export async function ownTools(environment: NodeJS.ProcessEnv = process.env): Promise<OwnTools> {
  const obstacle = obstacleToOwnTools(environment);
  if (obstacle !== null) throw new EnvironmentError(obstacle);
  const ldd = find('ldd', environment) as string;
  const tools = Object.keys(packages).map((tool) => [tool, find(tool, environment) as string] as const);
  const libraries = await Promise.all(tools.map(([, path]) => librariesOf(path, ldd)));
  const loaded = [...new Set(libraries.flat())];
  const entries = [
    ...tools.map(([tool, path]) => ({ path: join(toolFolder, tool), source: path, mode: 0o755 })),
    ...loaded.map((path) => ({ path, source: path, mode: 0o755 })),
    ...linksTo(loaded),
  ];
  return { entries: withFolders(entries), hash: hashOf([...tools.map(([, path]) => path), ...loaded]) };
}

/** Libraries of a program, the loader of the system among them. A program that needs none has none. */
async function librariesOf(program: string, ldd: string): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(ldd, [program]);
    return stdout.match(/\/\S+(?= \()/g) ?? [];
  } catch (error) {
    if (/not a dynamic executable/i.test(`${(error as { stderr?: string }).stderr}`)) return [];
    throw new EnvironmentError(`ldd does not tell the libraries of ${program} (${messageOf(error)})`);
  }
}

function hashOf(files: readonly string[]): string {
  const facts = files.map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  });
  return createHash('sha256').update(facts.sort().join('\n')).digest('hex');
}

function find(program: string, { PATH = '' }: NodeJS.ProcessEnv): string | undefined {
  const folders = [...PATH.split(delimiter).filter((folder) => folder !== ''), ...systemFolders];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
