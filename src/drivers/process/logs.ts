import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Read from the end of a log to find its last lines. Bytes. */
const tailBytes = 256 * 1024;
/** Between two looks at a log that is followed. */
const lookAgainMs = 200;

/** The last lines of a file; none when there is no file. */
export async function lastLinesOf(path: string, count: number): Promise<string[]> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  const { text } = await readFrom(path, Math.max(0, size - tailBytes));
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return count > 0 ? lines.slice(-count) : [];
}

/** Whole lines that files get from now on, until the signal. */
export async function* followFiles(
  files: readonly { name: string; path: string }[],
  signal: AbortSignal,
): AsyncGenerator<{ name: string; line: string }> {
  const positions = new Map<string, number>();
  const rests = new Map<string, string>();
  for (const { path } of files) positions.set(path, (await stat(path).catch(() => undefined))?.size ?? 0);
  while (!signal.aborted) {
    for (const { name, path } of files) {
      const { text, end } = await readFrom(path, positions.get(path) ?? 0);
      positions.set(path, end);
      const lines = ((rests.get(path) ?? '') + text).split('\n');
      rests.set(path, lines.pop() ?? '');
      for (const line of lines) yield { name, line };
    }
    await delay(lookAgainMs, undefined, { signal }).catch(() => {});
  }
}

async function readFrom(path: string, position: number): Promise<{ text: string; end: number }> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return { text: '', end: position };
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    return { text: buffer.toString('utf8', 0, bytesRead), end: position + bytesRead };
  } finally {
    await file.close();
  }
}
