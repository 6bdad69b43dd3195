import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { EnvironmentError, messageOf } from '../../../errors.js';

/** One entry of a build context; without content, source and link it is a folder. */
export interface ContextEntry {
  path: string;
  content?: string | Buffer;
  /** A file of this machine whose content it has; a link is followed. */
  source?: string;
  /** Where a symbolic link leads to. */
  link?: string;
  /** Permissions; 755 for folders and 644 for files unless they are given. */
  mode?: number;
}

/** Modification time of everything: the same files make the same layers. */
const mtime = new Date(0);

type Pack = ReturnType<typeof pack>;

/**
 * A tar stream that is written while it is read: nothing is kept on disk, or whole in memory.
 *
 * The same entries make the same bytes. A file that can't be read destroys it with an EnvironmentError.
 *
 * @param onChunk told whenever more of it was taken
 */
export function contextStream(entries: readonly ContextEntry[], onChunk: () => void = () => {}): Readable {
  const tar = pack();
  addAll(tar, entries).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  return Readable.from(told(tar, onChunk), { objectMode: false });
}

async function* told(tar: Pack, onChunk: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of tar) {
    onChunk();
    yield chunk as Buffer;
  }
}

async function addAll(tar: Pack, entries: readonly ContextEntry[]): Promise<void> {
  for (const { path: name, content, source, link, mode } of entries) {
    if (source !== undefined) await addFile(tar, name, source, mode ?? 0o644);
    else if (content !== undefined) tar.entry({ name, mode: mode ?? 0o644, mtime }, content);
    else if (link !== undefined) tar.entry({ name, type: 'symlink', linkname: link, mode: 0o777, mtime });
    else tar.entry({ name: `${name}/`, type: 'directory', mode: mode ?? 0o755, mtime });
  }
}

async function addFile(tar: Pack, name: string, source: string, mode: number): Promise<void> {
  try {
    const { size } = await stat(source);
    await pipeline(createReadStream(source), tar.entry({ name, size, mode, mtime }));
  } catch (error) {
    throw new EnvironmentError(`Can't take ${source} into the image (${messageOf(error)})`);
  }
}
