import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BugError } from '../../../errors.js';

/** What the last stage takes over from the one before it. */
const fromBase = 'COPY --from=base /rootfs/ /';
const lastStage = 'FROM scratch';

/** Where a Dockerfile is that comes with the node. */
export function dockerfilePath(name: 'Dockerfile' | 'agent.Dockerfile' = 'Dockerfile'): string {
  return createRequire(import.meta.url).resolve(`@cqkd/node/${name}`);
}

export interface Dockerfile {
  text: string;
  /** The image that it begins with unless it is told another one. */
  base: string;
  /** SHA-256 of the text, in hex. */
  hash: string;
}

/** A Dockerfile; by default that of the node. */
export function readDockerfile(path = dockerfilePath()): Dockerfile {
  const text = readFileSync(path, 'utf8');
  const base = /^ARG NODE_BASE=(\S+)$/m.exec(text)?.[1];
  if (base === undefined) throw new BugError(`${path} names no NODE_BASE`);
  return { text, base, hash: createHash('sha256').update(text).digest('hex') };
}

/** The last stage alone, which takes the root file system from the build context: no image is needed. */
export function offlineDockerfile(text: string): string {
  const start = text.lastIndexOf(`\n${lastStage}\n`);
  const stage = text.slice(start + 1);
  if (start < 0 || !stage.includes(fromBase)) throw new BugError('The Dockerfile has no last stage');
  return stage.replace(fromBase, 'COPY rootfs/ /');
}

/** A Dockerfile whose image has further labels, all by one step. */
export function withLabels(text: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${text.trimEnd()}\nLABEL ${pairs.join(' ')}\n`;
}
