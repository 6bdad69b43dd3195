import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type DeployOptions, deploy } from '../../services/deploy.js';
import { noHooks } from '../../services/hooks.js';
import type { DeployResult } from '../../services/results.js';
import { createSandbox, type Sandbox } from './sandbox.js';

/** Speaks the control API and is no DHT; the name of the network says what goes wrong. */
export const standInBundle = join(import.meta.dirname, 'stand-in.cjs');

/** Lets services start stand-ins in a sandbox, until the answered function is called. */
function useStandIn(sandbox: Sandbox): () => void {
  const variables = { ...sandbox.environment, CQKD_NODE_BUNDLE: standInBundle };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** Gives each test of a suite a sandbox of its own, in which services start stand-ins. */
export function withStandIns(begin: (sandbox: Sandbox) => void): void {
  let sandbox: Sandbox;
  let restore: () => void;
  beforeEach(async () => {
    sandbox = await createSandbox();
    restore = useStandIn(sandbox);
    begin(sandbox);
  });
  afterEach(async () => {
    await sandbox.remove();
    restore();
  });
}

export function deployStandIn(
  sandbox: Sandbox,
  network: string,
  options: Partial<DeployOptions> = {},
): Promise<DeployResult> {
  return deploy({
    root: sandbox.root,
    network,
    workers: 15,
    topology: 'auto',
    driver: 'process',
    settings: {},
    signal: new AbortController().signal,
    hooks: noHooks,
    ...options,
  });
}

/** What a promise was rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  await delay(0);
  throw new Error('Expected a rejection');
}
