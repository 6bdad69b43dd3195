import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod/mini';
import { EnvironmentError, messageOf, systemCode } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import { writeFileAtomic } from './files.js';
import type { NetworkPaths } from './paths.js';

/** Life of a deployment; all but `up` say that a command was at work, and may have been killed. */
export type DeploymentState = 'deploying' | 'scaling' | 'changing' | 'up' | 'ending';

/** A change of settings that is under way, or that a killed command left behind. */
export interface PendingChange {
  /** What was asked for, for people: `rollback of phase 3 (adaptive Kademlia)`. */
  what: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Whether it is only kept when it is proven to help. */
  trial: boolean;
  /** What to go back to. */
  before: Plan;
}

/** What is kept of a network, as long as it exists. */
export interface Deployment {
  version: 1;
  state: DeploymentState;
  driver: string;
  /** Folder of the user's own Compose templates. */
  templates?: string | undefined;
  /** Milliseconds since the epoch. */
  createdAt: number;
  coordinatorUrl: string;
  /** What the network is meant to be. */
  plan: Plan;
  change?: PendingChange | undefined;
}

const count = z.int().check(z.nonnegative());
const settings = z.record(z.string(), z.string());
const control = z.object({ address: z.string(), port: count });
const nodeSchema = z.looseObject({ name: z.string(), port: count, candidates: count });
const hostSchema = z.looseObject({
  name: z.string(),
  tier: z.string(),
  region: z.string(),
  address: z.string(),
  control,
  candidates: z.array(z.array(z.string())),
  nodes: z.array(nodeSchema),
  settings,
});
export const planSchema = z.looseObject({
  network: z.string(),
  workers: count,
  topology: z.enum(['flat', 'tiered', 'legacy']),
  settings,
  seed: z.int(),
  density: z.nullable(count),
  ground: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('loopback'),
      block: z.object({ index: count, addresses: count, portOffset: count }),
    }),
    z.object({ kind: z.literal('subnet'), cidr: z.string() }),
  ]),
  tiers: z.array(z.looseObject({ tier: z.string(), nodes: count })),
  hosts: z.array(hostSchema),
  coordinator: z.looseObject({ control, candidates: z.array(z.string()) }),
  bootstraps: count,
  nodes: count,
  memoryBytes: count,
});
const deploymentSchema = z.looseObject({
  version: z.literal(1),
  state: z.enum(['deploying', 'scaling', 'changing', 'up', 'ending']),
  driver: z.string(),
  templates: z.optional(z.string()),
  createdAt: z.number(),
  coordinatorUrl: z.string(),
  plan: planSchema,
  change: z.optional(z.object({ what: z.string(), at: z.number(), trial: z.boolean(), before: planSchema })),
});

/** What is kept of a network; undefined when there is nothing. @throws EnvironmentError when it is corrupt */
export function readDeployment(paths: NetworkPaths): Deployment | undefined {
  const text = readState(paths.plan);
  if (text === undefined) return undefined;
  try {
    return deploymentSchema.parse(JSON.parse(text)) as unknown as Deployment;
  } catch {
    throw new EnvironmentError(`${paths.plan} is corrupt: ${forceHint(paths)}`);
  }
}

export function writeDeployment(paths: NetworkPaths, deployment: Deployment): void {
  writeFileAtomic(paths.plan, JSON.stringify(deployment), 0o600);
}

/** The token of the network's API. @throws EnvironmentError when it is missing */
export function readToken(paths: NetworkPaths): string {
  const token = readState(paths.token)?.trim();
  if (token) return token;
  throw new EnvironmentError(`${paths.token} is missing: ${forceHint(paths)}`);
}

export function writeToken(paths: NetworkPaths, token: string): void {
  writeFileAtomic(paths.token, `${token}\n`, 0o600);
}

/** What to do when the state of a network can't be used. */
function forceHint({ folder }: NetworkPaths): string {
  return `end the network with cqkd down --force -n ${basename(folder)}`;
}

function readState(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new EnvironmentError(`Can't read ${path} (${systemCode(error) ?? messageOf(error)})`);
  }
}
