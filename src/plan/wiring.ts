import type { BootstrapNodes } from './bootstrap-nodes.js';
import type { PlannedNode } from './planned-node.js';
import type { PreviousNode } from './previous.js';

/**
 * Chooses the bootstrap node that each worker joins through.
 *
 * A new network: worker w of N takes leaf floor((w-1)*L/N), the leaves being the lowest tier; workers that the
 * lowest tier has no room for go to the tier above. A changed network: who stays keeps its parent, else finds
 * one in its region; who is new takes the leaf with the fewest.
 *
 * @returns the parents of workers 1, 2, … in this order
 */
export function wireWorkers(
  names: readonly string[],
  nodes: BootstrapNodes,
  reserved: readonly PlannedNode[],
  previous: ReadonlyMap<string, PreviousNode>,
): PlannedNode[] {
  const room = roomOf(nodes, reserved);
  const tiers = [nodes.local, nodes.regional, nodes.super].filter((tier) => tier.length > 0);
  return names.some((name) => previous.has(name))
    ? rewire(names, tiers, room, previous)
    : wire(names.length, tiers, room);
}

/** Connections that each bootstrap node has left for workers. */
function roomOf(nodes: BootstrapNodes, reserved: readonly PlannedNode[]): Map<PlannedNode, number> {
  const all = [...nodes.super, ...nodes.regional, ...nodes.local];
  const room = new Map(all.map((node) => [node, node.connections]));
  for (const { parent } of [...all, ...reserved]) {
    if (parent) room.set(parent, (room.get(parent) ?? 0) - 1);
  }
  return room;
}

function wire(workers: number, tiers: PlannedNode[][], room: Map<PlannedNode, number>): PlannedNode[] {
  const parents: PlannedNode[] = [];
  for (const tier of tiers) {
    const total = tier.reduce((sum, node) => sum + (room.get(node) ?? 0), 0);
    const share = Math.min(workers - parents.length, total);
    const least = Math.min(...tier.map((node) => room.get(node) ?? 0));
    if (share <= least * tier.length) {
      for (let worker = 0; worker < share; worker++) {
        parents.push(tier[Math.floor((worker * tier.length) / share)] as PlannedNode);
      }
    } else {
      for (let worker = 0; worker < share; worker++) parents.push(takeMostRoom(tier, room) as PlannedNode);
    }
  }
  return parents;
}

function rewire(
  names: readonly string[],
  tiers: PlannedNode[][],
  room: Map<PlannedNode, number>,
  previous: ReadonlyMap<string, PreviousNode>,
): PlannedNode[] {
  const byName = new Map(tiers.flat().map((node) => [node.name, node]));
  const parents = new Map<string, PlannedNode>();
  for (const name of names) {
    const parent = byName.get(previous.get(name)?.parent ?? '');
    if (parent && take(parent, room)) parents.set(name, parent);
  }
  return names.map((name) => {
    const region = previous.get(name)?.region;
    const parent =
      parents.get(name) ??
      firstOf(tiers, (tier) =>
        takeMostRoom(
          tier.filter((node) => node.region === region),
          room,
        ),
      ) ??
      firstOf(tiers, (tier) => takeMostRoom(tier, room));
    if (!parent) throw new RangeError('The bootstrap nodes have no room for all workers');
    return parent;
  });
}

function take(node: PlannedNode, room: Map<PlannedNode, number>): boolean {
  const left = room.get(node) ?? 0;
  if (left <= 0) return false;
  room.set(node, left - 1);
  return true;
}

/** The first of those with the most room; nothing when all are full. */
function takeMostRoom(
  nodes: readonly PlannedNode[],
  room: Map<PlannedNode, number>,
): PlannedNode | undefined {
  let best: PlannedNode | undefined;
  for (const node of nodes) {
    if (!best || (room.get(node) ?? 0) > (room.get(best) ?? 0)) best = node;
  }
  return best && take(best, room) ? best : undefined;
}

function firstOf<T, R>(items: readonly T[], choose: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const chosen = choose(item);
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}
