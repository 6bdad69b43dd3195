import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { EnvironmentError } from '../../errors.js';

/** Where the program of the nodes is; CQKD_NODE_BUNDLE names another one. @throws EnvironmentError */
export function bundlePath(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment.CQKD_NODE_BUNDLE?.trim();
  const path = given || createRequire(import.meta.url).resolve('@cqkd/node/bundle');
  if (existsSync(path)) return path;
  throw new EnvironmentError(
    given
      ? `CQKD_NODE_BUNDLE takes a file, got ${given}, which is not there`
      : `The node's program ${path} is missing: run npm run build`,
  );
}
