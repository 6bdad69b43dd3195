import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { EnvironmentError, messageOf, systemCode } from '../../../errors.js';
import { readTlsFiles, type TlsFiles } from './tls-files.js';

const configSchema = z.object({ currentContext: z.optional(z.string()) });
const metaSchema = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string(), SkipTLSVerify: z.optional(z.boolean()) }),
  }),
});

/** What a context says of its engine. */
export interface ContextEndpoint {
  host: string;
  tls: TlsFiles | null;
}

/** The context in force, from DOCKER_CONTEXT or config.json; undefined = the default one. @throws EnvironmentError */
export function currentContext(folder: string, environment: NodeJS.ProcessEnv): string | undefined {
  const given = environment.DOCKER_CONTEXT?.trim() || fromConfig(join(folder, 'config.json'));
  return given && given !== 'default' ? given : undefined;
}

/** A context as `docker context create` stores it. @throws EnvironmentError when there is none of that name */
export function readContext(folder: string, name: string): ContextEndpoint {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'contexts', 'meta', id, 'meta.json');
  const text = read(path);
  if (text === undefined) {
    throw new EnvironmentError(
      `Docker context ${name} does not exist: docker context ls tells those there are`,
    );
  }
  const { Host, SkipTLSVerify = false } = parse(metaSchema, text, path).Endpoints.docker;
  const tls = readTlsFiles(join(folder, 'contexts', 'tls', id, 'docker'), !SkipTLSVerify);
  const usesTls = Host.startsWith('https://') || Boolean(tls.ca ?? tls.cert) || SkipTLSVerify;
  return { host: Host, tls: usesTls ? tls : null };
}

function fromConfig(path: string): string | undefined {
  const text = read(path);
  return text === undefined ? undefined : parse(configSchema, text, path).currentContext;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new EnvironmentError(`Can't read ${path} (${messageOf(error)})`);
  }
}

function parse<T extends z.ZodMiniType>(schema: T, text: string, path: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new EnvironmentError(`${path} is not as Docker writes it: docker context ls tells what is wrong`);
  }
}
