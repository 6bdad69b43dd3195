import { ID_BYTES, type NodeId } from '../kademlia/id.js';

/** Ids as base64 of their bytes one after the other: half of what hexadecimal digits take. */
export function packIds(ids: readonly NodeId[]): string {
  const bytes = Buffer.allocUnsafe(ids.length * ID_BYTES);
  for (let i = 0; i < ids.length; i++) bytes.set((ids[i] as NodeId).bytes, i * ID_BYTES);
  return bytes.toString('base64');
}

/** The ids of `packIds` as keys (see `idKey`). */
export function unpackIdKeys(packed: string): string[] {
  const bytes = Buffer.from(packed, 'base64');
  const keys: string[] = [];
  for (let at = 0; at + ID_BYTES <= bytes.length; at += ID_BYTES)
    keys.push(bytes.toString('latin1', at, at + ID_BYTES));
  return keys;
}

/** An id as a short string to be used as the key of a map. */
export function idKey(id: NodeId): string {
  return Buffer.from(id.bytes).toString('latin1');
}
