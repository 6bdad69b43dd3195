import { createHash } from 'node:crypto';
import { nearest, UsageError } from '@cqkd/harness';
import { isBootstrap, type Picture, type Target } from '../picture.js';
import { describeSelector, type Selector } from './selector.js';
import { shuffled } from './shuffled.js';

/** A host with all its nodes. */
export interface TargetHost {
  name: string;
  nodes: Target[];
}

/** All hosts of a picture. */
export function hostsOf({ nodes }: Picture): TargetHost[] {
  const hosts = new Map<string, Target[]>();
  for (const node of nodes) hosts.set(node.host, [...(hosts.get(node.host) ?? []), node]);
  return [...hosts].map(([name, list]) => ({ name, nodes: list }));
}

/** The nodes that a selector means; the same for the same picture and seed. @throws UsageError when that is nobody */
export function selectNodes(picture: Picture, selector: Selector, seed: number): Target[] {
  return drawn(fitting(picture, selector), selector, seed, `of ${picture.nodes.length} nodes`);
}

/** The hosts that run a node which a selector means; `count` and `share` count hosts. @throws UsageError when that is nobody */
export function selectHosts(picture: Picture, selector: Selector, seed: number): TargetHost[] {
  const wanted = new Set(fitting(picture, selector).map(({ host }) => host));
  const hosts = hostsOf(picture);
  return drawn(
    hosts.filter(({ name }) => wanted.has(name)),
    selector,
    seed,
    `of ${hosts.length} hosts`,
  );
}

/** A whole host, or a single node of a shared one. */
interface Unit extends HostPart {
  /** Name of the host. */
  host: string;
}

/** The nodes of a host that a fault hits. */
export interface HostPart extends TargetHost {
  /** True when these are all its nodes. */
  isWhole: boolean;
}

/**
 * What a selector means where hosts are hit: each host all of whose nodes fit as a whole, and of hosts that others share
 * the nodes that fit. `count` and `share` count whole hosts and single nodes alike.
 *
 * @throws UsageError when no node fits
 */
export function selectParts(picture: Picture, selector: Selector, seed: number): HostPart[] {
  const wanted = new Set(fitting(picture, selector));
  const units = hostsOf(picture).flatMap(({ name: host, nodes }): Unit[] => {
    const isWhole = nodes.every((node) => wanted.has(node));
    if (isWhole) return [{ name: host, host, nodes, isWhole }];
    const single = nodes.filter((node) => wanted.has(node));
    return single.map((node) => ({ name: node.name, host, nodes: [node], isWhole }));
  });
  const parts = new Map<string, HostPart>();
  for (const { host, nodes, isWhole } of drawn(units, selector, seed, `of ${picture.nodes.length} nodes`)) {
    const part = parts.get(host) ?? { name: host, nodes: [], isWhole };
    parts.set(host, part);
    part.nodes.push(...nodes);
  }
  return [...parts.values()];
}

/** @throws UsageError when nobody would be left that is not hit */
export function requireSomeLeft(picture: Picture, hit: readonly Target[], doing: string): void {
  if (hit.length < picture.nodes.length) return;
  throw new UsageError(
    `The selection is all ${picture.nodes.length} nodes, and nobody would be left to see them ${doing}: choose fewer, with --count or --share`,
  );
}

/** The nodes whose ids are nearest to a key: those that its value was written to. */
export function holdersOf({ nodes, k }: Picture, key: string): Target[] {
  const id = createHash('sha1').update(key).digest();
  const distance = (node: Target) =>
    Buffer.from(Buffer.from(node.id, 'hex').map((byte, index) => byte ^ (id[index] as number)));
  const placed = nodes.map((node) => ({ node, distance: distance(node) }));
  placed.sort((a, b) => Buffer.compare(a.distance, b.distance));
  return placed.slice(0, k).map(({ node }) => node);
}

function fitting(picture: Picture, selector: Selector): Target[] {
  const { tier, region, nodes, hosts, holders } = selector;
  requireKnown('node', nodes, (name) => picture.nodes.some((node) => isCalled(node, name)), picture, 'name');
  requireKnown('host', hosts, (name) => picture.nodes.some((node) => node.host === name), picture, 'host');
  const holding = holders === undefined ? undefined : new Set(holdersOf(picture, holders));
  return picture.nodes.filter(
    (node) =>
      (tier === undefined || isOfTier(node, tier)) &&
      (region === undefined || node.region === region) &&
      (nodes === undefined || nodes.some((name) => isCalled(node, name))) &&
      (hosts === undefined || hosts.includes(node.host)) &&
      (holding === undefined || holding.has(node)),
  );
}

function isOfTier(node: Target, tier: NonNullable<Selector['tier']>): boolean {
  return tier === 'bootstrap' ? isBootstrap(node) : node.tier === tier;
}

function isCalled({ name, id }: Target, called: string): boolean {
  return name === called || id === called;
}

function requireKnown(
  what: string,
  names: readonly string[] = [],
  isKnown: (name: string) => boolean,
  picture: Picture,
  field: 'name' | 'host',
): void {
  const unknown = names.find((name) => !isKnown(name));
  if (unknown === undefined) return;
  const known = [...new Set(picture.nodes.map((node) => node[field]))];
  throw new UsageError(
    `There is no ${what} ${unknown} that has joined; the nearest is ${nearest(unknown, known)}`,
  );
}

function drawn<T extends { name: string }>(
  all: readonly T[],
  selector: Selector,
  seed: number,
  among: string,
): T[] {
  const { count, share, leaving } = selector;
  const given = Object.entries(describeSelector(selector)).map(([name, value]) => `${name} ${value}`);
  if (all.length === 0)
    throw new UsageError(`Nobody ${among} is meant by ${given.join(', ')}: choose others`);
  if (count !== undefined && count > all.length)
    throw new UsageError(`--count ${count} is more than the ${all.length} ${among} that fit: choose fewer`);
  const mixed = shuffled(all, seed);
  if (leaving !== undefined && leaving >= all.length)
    throw new UsageError(`--leaving ${leaving} spares all ${all.length} ${among} that fit: spare fewer`);
  if (count !== undefined) return mixed.slice(0, count);
  if (leaving !== undefined) return mixed.slice(leaving);
  return share === undefined ? mixed : mixed.slice(0, countOf(share, mixed.length));
}

/** At least one; what the arithmetic of the machine adds to a product is no further one. */
function countOf(share: number, total: number): number {
  return Math.ceil(Number((share * total).toFixed(9)));
}
