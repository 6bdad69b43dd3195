import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CqkdError, messageOf, systemCode, UsageError } from './errors.js';

/** Files that people write. Bytes. */
const mostBytes = 1_000_000;
/** Records and plans of this program. Bytes. */
export const mostRecordBytes = 64_000_000;
/** For a pipe to give its first data, or more of it. Milliseconds. */
const silentMs = 10_000;
const lookAgainMs = 20;

export interface GivenFileOptions {
  /** By default 1 MB. */
  mostBytes?: number;
  signal?: AbortSignal | undefined;
  /** The error to throw where the system does not let it be read. @param why code like ENOENT, or what the system says */
  failed: (why: string) => CqkdError;
}

/**
 * Reads a text that the user names: a file, or a pipe like that of `<(command)`.
 *
 * @throws UsageError for anything else (a folder, a device), for too much, and for a pipe that gives nothing for 10 s;
 *   what `failed` makes of an error of the system; the signal's reason
 */
export async function readGivenFile(file: string, options: GivenFileOptions): Promise<string> {
  try {
    return await readWithin(file, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error instanceof CqkdError ? error : options.failed(systemCode(error) ?? messageOf(error));
  }
}

async function readWithin(file: string, options: GivenFileOptions): Promise<string> {
  // Opened so that a pipe which nothing is written to does not block.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await textOf(handle, file, options);
  } finally {
    await handle.close();
  }
}

async function textOf(handle: FileHandle, file: string, options: GivenFileOptions): Promise<string> {
  const { mostBytes: most = mostBytes, signal } = options;
  const found = await handle.stat();
  const isFile = found.isFile();
  if (!isFile && !found.isFIFO())
    throw new UsageError(
      `${file} is ${found.isDirectory() ? 'a folder' : 'a device'}: give a file or a pipe`,
    );
  const chunks: Buffer[] = [];
  let bytes = 0;
  let heardAtMs = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const chunk = await nextChunk(handle);
    if (chunk && chunk.length > 0) {
      bytes += chunk.length;
      if (bytes > most) throw new UsageError(`${file} is too large: more than ${most / 1e6} MB`);
      chunks.push(chunk);
      heardAtMs = performance.now();
    } else if (chunk && (isFile || bytes > 0)) {
      return Buffer.concat(chunks).toString('utf8');
    } else if (performance.now() - heardAtMs > silentMs) {
      throw new UsageError(`${file} gave no data for ${silentMs / 1000} s`);
    } else await delay(lookAgainMs);
  }
}

/** @returns what there is, nothing at the end; undefined where a pipe has nothing yet */
async function nextChunk(handle: FileHandle): Promise<Buffer | undefined> {
  const buffer = Buffer.allocUnsafe(64 * 1024);
  try {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
