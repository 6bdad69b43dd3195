import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Engine } from '../../drivers/docker/engine/engine.js';
import { contextStream } from '../../drivers/docker/image/context.js';

/** What the first stage of the Dockerfile calls, and what those call. */
const tools = ['sh', 'bash', 'ldd', 'mkdir', 'cp', 'grep', 'xargs'];

/** Puts an image into an engine that stands for the official one of Node: this machine's Node with some tools. */
export async function importBaseImage(engine: Engine, repo: string, tag: string): Promise<void> {
  const programs = tools.map(
    (name) => [`/bin/${name}`, `/usr/bin/${name}`].find((path) => existsSync(path)) ?? name,
  );
  const libraries = [...programs, process.execPath].flatMap(librariesOf);
  const files = [...new Set([...programs, ...libraries])];
  const entries = [
    ...files.map((path) => ({ path, source: path, mode: 0o755 })),
    { path: '/usr/local/bin/node', source: process.execPath, mode: 0o755 },
  ];
  const output = await engine.docker.importImage(contextStream(entries) as unknown as string, { repo, tag });
  for await (const _ of output) {
    // To its end.
  }
}

/** A script has none. */
function librariesOf(program: string): string[] {
  try {
    return execFileSync('ldd', [program], { encoding: 'utf8', stdio: 'pipe' }).match(/\/\S+(?= \()/g) ?? [];
  } catch {
    return [];
  }
}
