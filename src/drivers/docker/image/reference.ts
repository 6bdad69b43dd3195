import { createRequire } from 'node:module';

/** Name of the image of the nodes. */
export const imageName = 'cqkd-dht-node';

/** Label of all that a build of ours leaves in an engine, what is half-built too. The Dockerfile sets it. */
export const imageLabel = 'io.cqkd.image';
/** Label that holds the SHA-256 of the program in an image: by it an image of another build is told. */
export const bundleLabel = 'io.cqkd.bundle';
/** Label that holds the SHA-256 of the Dockerfile that an image was built by. */
export const dockerfileLabel = 'io.cqkd.dockerfile';
export const versionLabel = 'io.cqkd.version';
/** Label that says where the Node of an image comes from. */
export const originLabel = 'io.cqkd.from';
/** Label that holds the version of the Node.js in an image, where it is known. */
export const nodeVersionLabel = 'io.cqkd.node';
/** Label that names the image that a build began with. */
export const baseLabel = 'org.opencontainers.image.base.name';

/** Where Node comes from: an official image, this machine, or whichever of them is at hand. */
export const imageSources = ['auto', 'registry', 'offline'] as const;
export type ImageSource = (typeof imageSources)[number];
/** Where the Node of an image came from. */
export type ImageOrigin = Exclude<ImageSource, 'auto'>;

/** Version of this cqkd. */
export function version(): string {
  const { version } = createRequire(import.meta.url)('@cqkd/harness/package.json') as { version: string };
  return version;
}

/** The image that belongs to this cqkd. */
export function imageReference(): string {
  return `${imageName}:${version()}`;
}

/** The same image by the name that Compose files use. */
export function latestOf(reference: string): string {
  return `${reference.slice(0, reference.lastIndexOf(':'))}:latest`;
}

/** Where the labels of an image say that its Node comes from; null when they don't. */
export function originOf(labels: Readonly<Record<string, string>>): ImageOrigin | null {
  const origin = labels[originLabel];
  return origin === 'registry' || origin === 'offline' ? origin : null;
}
