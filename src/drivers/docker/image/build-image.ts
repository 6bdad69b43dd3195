import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { EnvironmentError } from '../../../errors.js';
import { call } from '../engine/call.js';
import type { Engine } from '../engine/engine.js';
import { engineError } from '../engine/engine-error.js';
import { jsonLines } from '../json-lines.js';
import { type ContextFile, contextStream } from './context.js';
import { dockerfilePath, offlineDockerfile, readDockerfile } from './dockerfile.js';
import { inspectImage } from './inspect-image.js';
import {
  bundleLabel,
  type ImageSource,
  imageName,
  imageReference,
  version,
  versionLabel,
} from './reference.js';
import { rootFilesystem } from './root-filesystem.js';

/** A pull or a build that says nothing for so long never will. */
const silenceMs = 60_000;
/** What Node calls the architectures that an engine names otherwise. */
const architectures: Readonly<Record<string, string>> = { x86_64: 'x64', aarch64: 'arm64', armv7l: 'arm' };

export interface BuildOptions {
  from?: ImageSource;
  /** Instead of the base that the Dockerfile names. */
  base?: string | undefined;
  /** The program, and its SHA-256. */
  bundle: string;
  hash: string;
  signal: AbortSignal;
  onProgress?: (step: string) => void;
}

interface BuildStep {
  stream?: string;
  status?: string;
  error?: string;
  errorDetail?: { message?: string };
}

/** Builds the image of the nodes. @returns where its Node comes from @throws EnvironmentError */
export async function buildImage(engine: Engine, options: BuildOptions): Promise<'registry' | 'offline'> {
  const { from: wanted = 'auto', bundle, hash, signal, onProgress = () => {} } = options;
  const dockerfile = readDockerfile(dockerfilePath());
  const base = options.base ?? dockerfile.base;
  const from = wanted === 'auto' ? await sourceFor(engine, base, signal) : wanted;
  if (from === 'registry') await pull(engine, base, options);
  else requireSameKind(engine);
  onProgress(
    `building the image ${imageReference()}${from === 'offline' ? " from this machine's Node" : ''}`,
  );
  const context = contextStream([
    {
      path: 'Dockerfile',
      content: from === 'offline' ? offlineDockerfile(dockerfile.text) : dockerfile.text,
    },
    ...programFiles(bundle),
    ...(from === 'offline' ? inFolder('rootfs/', rootFilesystem()) : []),
  ]);
  const labels = { [bundleLabel]: hash, [versionLabel]: version() };
  const output = await start(engine, 'build the image', signal, (abortSignal) =>
    engine.docker.buildImage(context, {
      t: imageReference(),
      labels,
      buildargs: { NODE_BASE: base },
      forcerm: true,
      abortSignal,
    }),
  );
  await finish(engine, output, `build the image ${imageReference()}`, signal);
  await call(engine, `name the image ${imageName}:latest`, () =>
    engine.docker.getImage(imageReference()).tag({ repo: imageName, tag: 'latest' }),
  );
  return from;
}

/** What needs no network, if anything does. */
async function sourceFor(engine: Engine, base: string, signal: AbortSignal): Promise<'registry' | 'offline'> {
  if (await inspectImage(engine, base, signal)) return 'registry';
  return isSameKind(engine) ? 'offline' : 'registry';
}

/** Whether containers of the engine can run this machine's own Node. */
function isSameKind({ architecture }: Engine): boolean {
  return process.platform === 'linux' && (architectures[architecture] ?? architecture) === process.arch;
}

function requireSameKind(engine: Engine): void {
  if (isSameKind(engine)) return;
  throw new EnvironmentError(
    `The Node of this machine (${process.platform}, ${process.arch}) does not run in containers of this engine (linux, ${engine.architecture}): build the image from a registry with cqkd image build --from registry`,
  );
}

/** Fetches the base unless it is there. */
async function pull(engine: Engine, base: string, { signal, onProgress }: BuildOptions): Promise<void> {
  if (await inspectImage(engine, base, signal)) return;
  onProgress?.(`fetching the image ${base}`);
  const hint = 'load it with docker load, or build without it: cqkd image build --from offline';
  try {
    const output = (await start(engine, `fetch ${base}`, signal, (abortSignal) =>
      engine.docker.pull(base, { abortSignal }),
    )) as Readable;
    await finish(engine, output, `fetch ${base}`, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new EnvironmentError(`${(error as Error).message}: ${hint}`);
  }
}

function start<T>(
  engine: Engine,
  doing: string,
  signal: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
) {
  return call(engine, doing, request, { signal, timeoutMs: silenceMs });
}

/** Reads what an engine tells of a long task, to its end. @throws EnvironmentError when it failed */
async function finish(
  engine: Engine,
  output: NodeJS.ReadableStream,
  doing: string,
  signal: AbortSignal,
): Promise<void> {
  const stream = output as Readable;
  const stop = () => stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop);
  try {
    for await (const { error, errorDetail } of jsonLines<BuildStep>(stream)) {
      if (error !== undefined || errorDetail) throw new Error(errorDetail?.message ?? error);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(Object.assign(error as Error, { statusCode: 500 }), doing, engine.url);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function programFiles(bundle: string): ContextFile[] {
  const licences = join(dirname(bundle), 'cqkd-node.licences.txt');
  return [
    { path: 'dist/cqkd-node.cjs', source: bundle },
    existsSync(licences)
      ? { path: 'dist/cqkd-node.licences.txt', source: licences }
      : { path: 'dist/cqkd-node.licences.txt', content: '' },
  ];
}

function inFolder(folder: string, files: readonly ContextFile[]): ContextFile[] {
  return files.map((file) => ({ ...file, path: folder + file.path }));
}
