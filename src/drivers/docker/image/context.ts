import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** A file of a build context: text, or the content of a file of this machine. A path that ends in `/` is a folder. */
export interface ContextFile {
  path: string;
  content?: string;
  /** A link is followed. */
  source?: string;
  executable?: boolean;
}

/** Modification time of everything: the same files make the same layers. */
const mtime = new Date(0);

/** The files as a tar stream, written while it is read: nothing is kept on disk or whole in memory. */
export function contextStream(files: readonly ContextFile[]): Readable {
  const tar = pack();
  writeAll(tar, files).then(
    () => tar.finalize(),
    (error: Error) => tar.destroy(error),
  );
  return Readable.from(tar);
}

async function writeAll(tar: ReturnType<typeof pack>, files: readonly ContextFile[]): Promise<void> {
  for (const { path, content, source, executable = false } of files) {
    const mode = executable ? 0o755 : 0o644;
    if (source !== undefined) {
      const { size } = await stat(source);
      await pipeline(createReadStream(source), tar.entry({ name: path, size, mode, mtime }));
    } else if (path.endsWith('/')) tar.entry({ name: path, type: 'directory', mode: 0o1777, mtime });
    else tar.entry({ name: path, mode, mtime }, content ?? '');
  }
}
