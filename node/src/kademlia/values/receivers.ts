import type { Contact } from '../contact.js';
import { compareDistance, type NodeId } from '../id.js';
import type { StoredValue } from './storage.js';
import type { GiveAwayOptions, ValueNode } from './value-node.js';

/** Values that are sent on at a time. */
const VALUES_AT_A_TIME = 8;

/** Does something for each of several values, a few at a time. */
export async function forEachValue(
  node: Pick<ValueNode, 'closed'>,
  values: readonly StoredValue[],
  work: (value: StoredValue) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const queue = [...values];
  const lane = async () => {
    for (let value = queue.pop(); value && !signal?.aborted && !node.closed; value = queue.pop())
      await work(value);
  };
  await Promise.all(Array.from({ length: VALUES_AT_A_TIME }, lane));
}

/**
 * The K nearest of the nodes that stay, as far as they are known: they hold the value when the node is gone.
 *
 * A node knows all others around itself; only for a key that lies elsewhere, or when too few of them stay, must it look. Source: Kademlia paper,
 * section 2.5.
 */
export async function receiversOf(
  node: ValueNode,
  key: NodeId,
  { leaving, known = node.table.contacts(), signal }: GiveAwayOptions,
): Promise<Contact[]> {
  const { id, parameters } = node;
  const stays = (contact: Contact) => !leaving?.has(contact.id.hex);
  const found = nearestFirst(key, known);
  const last = found[parameters.k - 1];
  const isNear = last !== undefined && compareDistance(key, id, last.id) < 0;
  const staying = found.filter(stays).slice(0, parameters.k);
  if (isNear && staying.length === parameters.k) return staying;
  const { contacts } = await node.lookup(key, { refresh: true, signal });
  return nearestFirst(key, new Set([...found, ...contacts]))
    .filter(stays)
    .slice(0, parameters.k);
}

/** Keys of values that a newcomer should hold and that this node, the nearest to them, must give it. Source: `welcome_if_new` of the Python package. */
export function dueAt(node: ValueNode, newcomer: Contact): StoredValue[] {
  const { id, storage, table, parameters } = node;
  if (storage.size === 0) return [];
  return storage.values().filter(({ key }) => {
    const nearest = table.closest(key, parameters.k, newcomer.id);
    const first = nearest[0];
    const last = nearest[parameters.k - 1];
    if (first && compareDistance(key, id, first.id) > 0) return false;
    return !last || compareDistance(key, newcomer.id, last.id) <= 0;
  });
}

/** Whether the node itself belongs to the K nearest. @param others the K nearest of the others, nearest first */
export function isAmong({ id, parameters }: ValueNode, key: NodeId, others: readonly Contact[]): boolean {
  const last = others[parameters.k - 1];
  return last === undefined || compareDistance(key, id, last.id) < 0;
}

function nearestFirst(key: NodeId, contacts: Iterable<Contact>): Contact[] {
  return [...contacts].sort((a, b) => compareDistance(key, a.id, b.id));
}
