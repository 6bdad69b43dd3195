import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, openEngine } from '../../drivers/docker/engine/engine.js';
import {
  type EnsuredImage,
  type EnsureOptions,
  ensureImage,
} from '../../drivers/docker/image/ensure-image.js';
import { imageLabel } from '../../drivers/docker/image/reference.js';
import { requireEngine } from './engine.js';

/** Names of its own on the real engine, and programs to put into images. */
export interface ImageLab {
  engine: Engine;
  /** Name and tag of an image that is not there yet. */
  reference: string;
  /** A program of a test, with a size and content of its own. @returns its path */
  program(text: string): Promise<string>;
  ensure(options?: Partial<EnsureOptions>): Promise<EnsuredImage>;
  /** Ids of what builds have left without a name since the lab was made. */
  leftOvers(): Promise<string[]>;
  /** All tags that images of the lab have. */
  tags(): Promise<string[]>;
  remove(): Promise<void>;
}

/** Skips the test where no engine answers. */
export async function imageLab(test: Mocha.Context): Promise<ImageLab> {
  await requireEngine(test);
  const engine = await openEngine();
  const name = `cqkd-test-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'cqkd-'));
  const unnamed = async () => {
    const filters = { dangling: ['true'], label: [imageLabel] };
    return (await engine.docker.listImages({ filters })).map(({ Id }) => Id);
  };
  const before = new Set(await unnamed());
  const tags = async () => {
    const images = await engine.docker.listImages({ filters: { reference: [name, `${name}-*`] } });
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).sort();
  };
  let programs = 0;
  return {
    engine,
    reference: `${name}:1`,
    program: async (text) => {
      const path = join(folder, `program-${++programs}.cjs`);
      await writeFile(path, `// ${name}\n${text}`);
      return path;
    },
    ensure: (options) =>
      ensureImage(engine, {
        reference: `${name}:1`,
        from: 'offline',
        signal: new AbortController().signal,
        ...options,
      }),
    leftOvers: async () => (await unnamed()).filter((id) => !before.has(id)),
    tags,
    remove: async () => {
      for (const tag of await tags()) await engine.docker.getImage(tag).remove();
      await rm(folder, { recursive: true });
    },
  };
}
