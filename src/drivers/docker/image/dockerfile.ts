import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BugError } from '../../../errors.js';

/** What the last stage takes over from the one before it. */
const fromBase = 'COPY --from=base /rootfs/ /';
const lastStage = 'FROM scratch';

/** Where the Dockerfile is that comes with the node. */
export function dockerfilePath(): string {
  return createRequire(import.meta.url).resolve('@cqkd/node/Dockerfile');
}

/** The Dockerfile of the node, and the image that it begins with unless it is told another one. */
export function readDockerfile(path: string): { text: string; base: string } {
  const text = readFileSync(path, 'utf8');
  const base = /^ARG NODE_BASE=(\S+)$/m.exec(text)?.[1];
  if (base === undefined) throw new BugError(`${path} names no NODE_BASE`);
  return { text, base };
}

/** The last stage alone, which takes the root file system from the build context: no image is needed. */
export function offlineDockerfile(text: string): string {
  const start = text.lastIndexOf(`\n${lastStage}\n`);
  const stage = text.slice(start + 1);
  if (start < 0 || !stage.includes(fromBase)) throw new BugError('The Dockerfile has no last stage');
  return stage.replace(fromBase, 'COPY rootfs/ /');
}
