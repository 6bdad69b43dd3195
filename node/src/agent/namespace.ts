import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { AgentTarget } from './job.js';

/** No ruleset takes so long on any machine. */
const NFT_TIMEOUT_MS = 30_000;

/**
 * Runs nft in the network namespace of a container, and in no other.
 *
 * @param input commands of nft; with `args` what those read
 * @returns what it wrote; undefined when the container has ended, or the process is another one's by now
 * @throws Error with one line of why it failed
 */
export async function nftIn(
  target: Pick<AgentTarget, 'containerId' | 'pid'>,
  input: string,
  args: readonly string[] = ['-f', '-'],
): Promise<string | undefined> {
  const namespace = await openNamespace(target);
  if (!namespace) return undefined;
  try {
    return await nft(namespace.fd, input, args);
  } finally {
    await namespace.close();
  }
}

async function openNamespace({
  containerId,
  pid,
}: Pick<AgentTarget, 'containerId' | 'pid'>): Promise<FileHandle | undefined> {
  let namespace: FileHandle | undefined;
  try {
    namespace = await open(`/proc/${pid}/ns/net`);
    // Only now: whoever has the number at this moment is whose namespace was opened.
    const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8');
    if (groups.includes(containerId)) return namespace;
  } catch (error) {
    await namespace?.close();
    if (isGone(error)) return undefined;
    throw error;
  }
  await namespace.close();
  return undefined;
}

async function nft(namespace: number, input: string, args: readonly string[]): Promise<string> {
  const child = spawn('nsenter', ['--net=/proc/self/fd/3', 'nft', ...args], {
    stdio: ['pipe', 'pipe', 'pipe', namespace],
    timeout: NFT_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let told = '';
  let complaint = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  // It may end before it has read everything.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return told;
  const [reason = ''] = complaint.trim().split('\n');
  throw new Error(reason.trim() || `nft ended with ${signal ?? `code ${code}`}`);
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH';
}
