import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { bundlePath } from '../../process/bundle.js';

/** What of ours is in the image. */
export interface Program {
  /** The bundled node. */
  bundle: Buffer;
  /** SHA-256 of it, in hex. */
  hash: string;
  /** Licences of the libraries in it. */
  licences: string;
}

/** Reads the program of the nodes; once, since a build may replace it at any moment. @throws EnvironmentError */
export function readProgram(path = bundlePath()): Program {
  const bundle = readFileSync(path);
  const beside = path.replace(/\.cjs$/, '.licences.txt');
  return {
    bundle,
    hash: createHash('sha256').update(bundle).digest('hex'),
    licences: beside !== path && existsSync(beside) ? readFileSync(beside, 'utf8') : '',
  };
}
