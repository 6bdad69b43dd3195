import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { EnvironmentError, systemCode } from '../errors.js';
import { cannotWrite, makeFolder } from './files.js';
import { identify, isAlive } from './identity.js';

const holderSchema = z.object({ pid: z.number(), started: z.string(), command: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** Something that only one process holds at a time. */
export interface Lock {
  release(): void;
}

/** Between two looks at a lock that is waited for. */
const lookAgainMs = 20;

/**
 * Takes the lock of a network; it lies beside the network's folder, which comes and goes.
 *
 * The lock of a process that died is taken over.
 *
 * @param options.waitMs how long to wait for another command; by default not at all
 * @throws EnvironmentError when another command holds it
 */
export async function lockNetwork(
  root: string,
  network: string,
  command: string,
  { waitMs = 0 } = {},
): Promise<Lock> {
  const endsAt = performance.now() + waitMs;
  const folder = join(root, '.locks');
  await makeFolder(folder);
  const path = join(folder, network);
  const mine = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const holder: Holder = { pid: process.pid, started: identify(process.pid)?.started ?? '', command };
  const text = JSON.stringify(holder);
  try {
    writeFileSync(mine, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  try {
    while (!tryLink(mine, path)) {
      const other = removeStale(path);
      if (other && performance.now() < endsAt) await delay(lookAgainMs);
      else if (other) {
        throw new EnvironmentError(
          `Another cqkd command (${other.command}, pid ${other.pid}) is at work on network ${network}: wait for it, or end it`,
        );
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return { release: () => releaseOwn(path, text) };
}

/** Whether a living command holds the lock of a network. */
export function isLocked(root: string, network: string): boolean {
  const text = readIfThere(join(root, '.locks', network));
  const holder = text === undefined ? undefined : parseHolder(text);
  return holder !== undefined && isAlive(holder);
}

/** A hard link appears with its content in one step, and only where there is none. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw cannotWrite(to, error);
  }
}

/** Who holds the lock; undefined when it was stale and has been removed. */
function removeStale(path: string): Holder | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const holder = parseHolder(text);
  if (holder && isAlive(holder)) return holder;
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw cannotWrite(path, error);
  }
  // Another process may have replaced the stale lock in between: then what was moved is its lock, and goes back.
  if (readIfThere(aside) !== text) tryLink(aside, path);
  rmSync(aside, { force: true });
  return undefined;
}

function releaseOwn(path: string, text: string): void {
  if (readIfThere(path) === text) rmSync(path, { force: true });
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw cannotWrite(path, error);
  }
}
