import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, messageOf, systemCode } from '../../../errors.js';

/** What TLS to an engine needs. */
export interface TlsFiles {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  /** Whether the engine must prove who it is. */
  rejectUnauthorized: boolean;
}

/** The files ca.pem, cert.pem and key.pem of a folder, as far as they are there. @throws EnvironmentError */
export function readTlsFiles(folder: string, verify: boolean): TlsFiles {
  const ca = read(join(folder, 'ca.pem'));
  const cert = read(join(folder, 'cert.pem'));
  const key = read(join(folder, 'key.pem'));
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    rejectUnauthorized: verify,
  };
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new EnvironmentError(`Can't read ${path} (${messageOf(error)})`);
  }
}
