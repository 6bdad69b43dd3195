import { totalmem } from 'node:os';

/** Share of a process's memory that the values of its nodes may take, and bytes at most. */
const VALUES_SHARE = 1 / 4;
const MAX_VALUES_BYTES = 128 * 1024 * 1024;

/** What the values of all nodes of this process may take: it follows the limit of its container, where there is one. Bytes. */
export function valueMemoryBytes(limit = process.constrainedMemory()): number {
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.min(memory * VALUES_SHARE, MAX_VALUES_BYTES);
}
