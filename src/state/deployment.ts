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

/** Format of the saved state. Version 1 had one tier and one region for each host. */
export const deploymentVersion = 2;

/** What is kept of a network, as long as it exists. */
export interface Deployment {
  version: typeof deploymentVersion;
  state: DeploymentState;
  driver: string;
  /** Folder of the user's own Compose templates. */
  templates?: string | undefined;
  /** The Node.js of this machine that hosts start on: an absolute path; absent where an image has its own. */
  nodeBinary?: string | undefined;
  /** Id of the image that its containers are made from; absent where there are none. */
  image?: string | undefined;
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
const groupSchema = z.looseObject({ tier: z.string(), region: z.string(), nodes: z.array(nodeSchema) });
const hostSchema = z.looseObject({
  name: z.string(),
  address: z.string(),
  control,
  candidates: z.array(z.array(z.string())),
  groups: z.array(groupSchema),
  settings,
});
/** Inputs from which the same network can be planned again. */
const recordedPlan = {
  workers: count,
  topology: z.enum(['flat', 'tiered', 'legacy']),
  settings,
  seed: z.int(),
  density: z.nullable(count),
};
/** A plan of any version, as far as it can be planned again. */
export const recordedPlanSchema = z.looseObject(recordedPlan);
const planSchema = z.looseObject({
  ...recordedPlan,
  network: z.string(),
  ground: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('loopback'),
      block: z.object({ index: count, addresses: count, portOffset: count }),
    }),
    z.object({ kind: z.literal('subnet'), cidr: z.string() }),
  ]),
  node: z.object({ version: z.string(), heap: z.enum(['lean', 'roomy']) }),
  tiers: z.array(z.looseObject({ tier: z.string(), nodes: count })),
  hosts: z.array(hostSchema),
  coordinator: z.looseObject({ control, candidates: z.array(z.string()) }),
  bootstraps: count,
  nodes: count,
  memoryBytes: count,
});
const deploymentSchema = z.looseObject({
  version: z.literal(deploymentVersion),
  state: z.enum(['deploying', 'scaling', 'changing', 'up', 'ending']),
  driver: z.string(),
  templates: z.optional(z.string()),
  nodeBinary: z.optional(z.string()),
  image: z.optional(z.string()),
  createdAt: z.number(),
  coordinatorUrl: z.string(),
  plan: planSchema,
  change: z.optional(z.object({ what: z.string(), at: z.number(), trial: z.boolean(), before: planSchema })),
});

/** What is kept of a network; undefined when there is nothing. @throws EnvironmentError when it is corrupt */
export function readDeployment(paths: NetworkPaths): Deployment | undefined {
  const text = readState(paths.plan);
  if (text === undefined) return undefined;
  let version: unknown;
  try {
    const parsed = JSON.parse(text);
    version = parsed?.version;
    return deploymentSchema.parse(parsed) as unknown as Deployment;
  } catch {
    if (typeof version === 'number' && version !== deploymentVersion)
      throw new EnvironmentError(`${paths.plan} was written by another version of cqkd: ${forceHint(paths)}`);
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
