import { createRequire } from 'node:module';

/** Name of the image of the nodes. */
export const imageName = 'cqkd-dht-node';
/** Label that holds the SHA-256 of the program in an image: by it an image of another build is told. */
export const bundleLabel = 'io.cqkd.bundle';
export const versionLabel = 'io.cqkd.version';

/** Where Node comes from: an official image, this machine, or whichever of them is at hand. */
export const imageSources = ['auto', 'registry', 'offline'] as const;
export type ImageSource = (typeof imageSources)[number];

/** Version of this cqkd. */
export function version(): string {
  const { version } = createRequire(import.meta.url)('@cqkd/harness/package.json') as { version: string };
  return version;
}

/** The image that belongs to this cqkd. */
export function imageReference(): string {
  return `${imageName}:${version()}`;
}
