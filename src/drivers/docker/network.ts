import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkInspectInfo } from 'dockerode';
import { labelNames, networkNameOf } from '../../compose/identity.js';
import type { NetworkDefinition } from '../../compose/network-definition.js';
import { EnvironmentError, UsageError } from '../../errors.js';
import { call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { EngineError } from './engine/engine-error.js';
import { type AddressRange, addressRange, freeSubnets, localRanges, subnetCandidates } from './subnets.js';

/** An engine may need this long to notice that nothing is on a network any more. */
const freeWithinMs = 3000;
const lookAgainMs = 100;

/** A Docker network that was made for a network. */
export interface ClaimedNetwork {
  /** In the engine. */
  name: string;
  id: string;
  /** CIDR. */
  subnet: string;
}

export interface ClaimOptions {
  /** What the Docker network looks like on a subnet: the template of the network, filled in. */
  definitionOf: (subnet: string) => NetworkDefinition;
  /** Subnets to choose from, the first free one. CIDR. */
  subnets?: readonly string[];
  signal?: AbortSignal;
}

/**
 * Makes the Docker network that a network will live in, on a subnet that nothing else uses.
 *
 * One that an interrupted command left behind, with nothing on it, is made anew.
 *
 * @throws EnvironmentError when the name is somebody else's, when the network exists, or when no subnet is free
 */
export async function claimNetwork(
  engine: Engine,
  network: string,
  { definitionOf, subnets = subnetCandidates, signal }: ClaimOptions,
): Promise<ClaimedNetwork> {
  const leftOver = await clearTheWay(engine, network, signal);
  if (leftOver) return leftOver;
  for (const subnet of await freeOnes(engine, subnets, signal)) {
    const definition = definitionOf(subnet);
    requirePublishing(definition);
    try {
      return { ...(await create(engine, definition, signal)), subnet };
    } catch (error) {
      // Something that lists don't show has it, or another command took it in between.
      if (!(error instanceof EngineError && /pool overlaps/i.test(error.reason))) throw error;
    }
  }
  throw noneFree(subnets);
}

/** Where a network would be put now; nothing is made. @throws EnvironmentError when no subnet is free */
export async function previewSubnet(
  engine: Engine,
  { subnets = subnetCandidates, signal }: Pick<ClaimOptions, 'subnets' | 'signal'> = {},
): Promise<string> {
  const [first] = await freeOnes(engine, subnets, signal);
  if (first === undefined) throw noneFree(subnets);
  return first;
}

/** The Docker networks that carry the label of a network. */
export function networksOf(engine: Engine, network: string, signal?: AbortSignal) {
  return list(engine, [`${labelNames.network}=${network}`], signal);
}

/** Names of all networks that have a Docker network on an engine. */
export async function namesByNetworks(engine: Engine, signal?: AbortSignal): Promise<string[]> {
  const found = await list(engine, [labelNames.network], signal);
  return found.flatMap(({ Labels }) => Labels?.[labelNames.network] ?? []);
}

/**
 * Removes the Docker network of a network; without one there is nothing to do.
 *
 * @throws EnvironmentError when something is on it that is not part of the network
 */
export async function releaseNetwork(engine: Engine, network: string, signal?: AbortSignal): Promise<void> {
  for (const { Id, Name } of await networksOf(engine, network, signal)) {
    const endsAt = performance.now() + freeWithinMs;
    while (!(await tryToRemove(engine, Id, Name, signal))) {
      const { Containers = {} } = await inspect(engine, Id, Name, signal);
      const names = Object.values(Containers).map((container) => container.Name);
      if (performance.now() > endsAt) throw stillHeld(Name, network, names);
      await delay(lookAgainMs, undefined, { ...(signal && { signal }) });
    }
  }
}

/** @returns false when the engine says that something is on it */
async function tryToRemove(engine: Engine, id: string, name: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await call(
      engine,
      `remove the network ${name}`,
      (abortSignal) => engine.docker.getNetwork(id).remove({ abortSignal }),
      { signal },
    );
    return true;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.isMissing) return true;
    if (/active endpoints?/i.test(error.reason)) return false;
    throw error;
  }
}

function stillHeld(name: string, network: string, containers: readonly string[]): EnvironmentError {
  if (containers.length > 0) {
    return new EnvironmentError(
      `Container ${containers[0]} is on the Docker network ${name}, and is not part of network ${network}: docker network disconnect ${name} ${containers[0]}, then again`,
    );
  }
  return new EnvironmentError(
    `The Docker Engine keeps the network ${name} although nothing is on it (a miscount of its own, moby issue 42119): restart the engine, then cqkd down -n ${network}; a deploy of that name takes it over`,
  );
}

/**
 * Sees to it that the name is free.
 *
 * @returns a network that an earlier one left behind and that the engine can't remove: it is used again
 */
async function clearTheWay(
  engine: Engine,
  network: string,
  signal?: AbortSignal,
): Promise<ClaimedNetwork | undefined> {
  const name = networkNameOf(network);
  // The filter takes parts of names as well.
  const named = (await list(engine, undefined, signal)).filter((each) => each.Name === name);
  const stranger = named.find((each) => each.Labels?.[labelNames.network] !== network);
  if (stranger) {
    throw new EnvironmentError(
      `The Docker network ${name} is there already and is not one of cqkd: remove it (docker network rm ${name}), or choose another name with -n`,
    );
  }
  const [first] = named;
  if (!first) return undefined;
  const containers = await call(
    engine,
    'list containers',
    (abortSignal) =>
      engine.docker.listContainers({
        all: true,
        filters: { label: [`${labelNames.network}=${network}`] },
        abortSignal,
      }),
    { signal },
  );
  if (containers.length > 0) {
    throw new EnvironmentError(
      `Network ${network} exists already on this Docker Engine: cqkd down -n ${network} ends it`,
    );
  }
  if (await tryToRemove(engine, first.Id, name, signal)) return undefined;
  const subnet = first.IPAM?.Config?.[0]?.Subnet;
  const { Containers = {} } = await inspect(engine, first.Id, name, signal);
  const strangers = Object.values(Containers).map((container) => container.Name);
  if (strangers.length > 0 || !subnet) throw stillHeld(name, network, strangers);
  return { name, id: first.Id, subnet };
}

async function create(
  engine: Engine,
  { name, driver, driver_opts, labels, subnet }: NetworkDefinition,
  signal?: AbortSignal,
): Promise<{ name: string; id: string }> {
  const { id } = await call(
    engine,
    `create the network ${name}`,
    (abortSignal) =>
      engine.docker.createNetwork({
        Name: name,
        Driver: driver,
        CheckDuplicate: true,
        IPAM: { Config: [{ Subnet: subnet }] },
        Options: driver_opts,
        Labels: labels,
        abortSignal,
      }),
    { signal },
  );
  return { name, id };
}

function requirePublishing({ name, internal }: NetworkDefinition): void {
  if (!internal) return;
  throw new UsageError(
    `network.yml: ${name} can't be internal: the port of the coordinator could not be published then`,
  );
}

async function freeOnes(engine: Engine, subnets: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const networks = await list(engine, undefined, signal);
  const cidrs = networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []));
  const used: AddressRange[] = cidrs.flatMap((cidr) => addressRange(cidr) ?? []);
  return [...freeSubnets(subnets, engine.isLocal ? [...used, ...localRanges()] : used)];
}

function noneFree(subnets: readonly string[]): EnvironmentError {
  return new EnvironmentError(
    `No subnet for a Docker network is free among ${subnets[0]} … ${subnets.at(-1)}: end a network, or see docker network ls`,
  );
}

function list(engine: Engine, label: string[] | undefined, signal?: AbortSignal) {
  return call(
    engine,
    'list networks',
    (abortSignal) => engine.docker.listNetworks({ ...(label && { filters: { label } }), abortSignal }),
    { signal },
  );
}

function inspect(
  engine: Engine,
  id: string,
  name: string,
  signal?: AbortSignal,
): Promise<NetworkInspectInfo> {
  return call(engine, `look at the network ${name}`, () => engine.docker.getNetwork(id).inspect(), {
    signal,
  });
}
