import { UsageError } from '../errors.js';
import type { PlannedNode } from './planned-node.js';
import type { PreviousNode } from './previous.js';
import { bootstrapTiers, defaultRegion, ordinals, regions } from './tiers.js';
import type { BootstrapCounts } from './topology.js';

/** The bootstrap nodes of a plan by tier, each list in the order of their names. */
export interface BootstrapNodes {
  super: PlannedNode[];
  regional: PlannedNode[];
  local: PlannedNode[];
}

export interface BootstrapPlaces {
  address: string;
  portOffset: number;
  /** Places of the super nodes where the settings give them. */
  given: readonly { host: string; port: number }[] | null;
}

/** Bootstrap nodes of a network without a hierarchy: one region, as many connections as come. */
export function flatBootstrap(count: number, places: BootstrapPlaces): BootstrapNodes {
  const nodes = Array.from({ length: count }, (_, index): PlannedNode => {
    const name = `bootstrap-${ordinal(index)}`;
    return { name, tier: 'super', region: defaultRegion, ...place(index, places), connections: Infinity };
  });
  return { super: nodes, regional: [], local: [] };
}

/** Bootstrap nodes of up to three tiers; every name has its own fixed port, however many there are. */
export function tieredBootstrap(
  counts: BootstrapCounts,
  places: BootstrapPlaces,
  previous: ReadonlyMap<string, PreviousNode>,
): BootstrapNodes {
  if (counts.super > bootstrapTiers.super.most) {
    throw new UsageError(
      `SUPER_BOOTSTRAP_NODES takes at most ${bootstrapTiers.super.most} places, got ${counts.super}`,
    );
  }
  const supers = Array.from({ length: counts.super }, (_, index): PlannedNode => {
    const region = regions[index] ?? defaultRegion;
    const connections = bootstrapTiers.super.connections;
    return { name: `sb-${ordinal(index)}`, tier: 'super', region, ...place(index, places), connections };
  });
  const regional = regionalNodes(counts.regional, supers, places);
  const local = localNodes(counts.local, regional.length > 0 ? regional : supers, places, previous);
  return { super: supers, regional, local };
}

function regionalNodes(count: number, supers: PlannedNode[], places: BootstrapPlaces): PlannedNode[] {
  const { firstPort, connections, most } = bootstrapTiers.regional;
  return regions.flatMap((region, index) => {
    const share = Math.floor(count / regions.length) + (index < count % regions.length ? 1 : 0);
    const parent = supers[index % supers.length];
    return Array.from({ length: share }, (_, position): PlannedNode => {
      const port = firstPort + index * (most / regions.length) + position + places.portOffset;
      const name = `rb-${region}-${position + 1}`;
      return { name, tier: 'regional', region, address: places.address, port, parent, connections };
    });
  });
}

/** Two under each parent in turn; one that stays keeps its parent, or at least its region, where that still exists. */
function localNodes(
  count: number,
  parents: PlannedNode[],
  places: BootstrapPlaces,
  previous: ReadonlyMap<string, PreviousNode>,
): PlannedNode[] {
  const { firstPort, connections } = bootstrapTiers.local;
  const load = new Map(parents.map((parent) => [parent, 0]));
  const attach = (parent: PlannedNode) => load.set(parent, (load.get(parent) ?? 0) + 1);
  const names = Array.from({ length: count }, (_, index) => `lb-${String(index + 1).padStart(3, '0')}`);
  const kept = new Map<string, PlannedNode>();
  for (const name of names) {
    const parent = parents.find((each) => each.name === previous.get(name)?.parent);
    if (!parent) continue;
    kept.set(name, parent);
    attach(parent);
  }
  let open: PlannedNode | undefined;
  return names.map((name, index): PlannedNode => {
    let parent = kept.get(name);
    if (!parent) {
      const near = parents.filter((each) => each.region === previous.get(name)?.region);
      const pool = near.length > 0 ? near : parents;
      parent = open && pool.includes(open) ? open : leastLoaded(pool, load);
      open = open === parent ? undefined : parent;
      attach(parent);
    }
    const port = firstPort + index + places.portOffset;
    return { name, tier: 'local', region: parent.region, address: places.address, port, parent, connections };
  });
}

function leastLoaded(parents: PlannedNode[], load: ReadonlyMap<PlannedNode, number>): PlannedNode {
  return parents.reduce((least, parent) =>
    (load.get(parent) ?? 0) < (load.get(least) ?? 0) ? parent : least,
  );
}

function place(index: number, { address, portOffset, given }: BootstrapPlaces) {
  const own = given?.[index];
  return own ? givenPlace(own) : { address, port: bootstrapTiers.super.firstPort + index + portOffset };
}

/** A place that the settings give. @throws UsageError when it can't be one of this network */
export function givenPlace({ host, port }: { host: string; port: number }): {
  address: string;
  port: number;
} {
  if (/^127(\.\d{1,3}){3}$/.test(host)) return { address: host, port };
  throw new UsageError(
    `A bootstrap node of this network must be on a loopback address (127.x.y.z), got ${host}:${port}`,
  );
}

function ordinal(index: number): string {
  const word = ordinals[index];
  if (word) return word;
  throw new UsageError(
    `A network has at most ${ordinals.length} bootstrap nodes of one level, got ${index + 1}`,
  );
}
