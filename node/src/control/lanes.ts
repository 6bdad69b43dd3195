/**
 * Works on items in their order, at most `width` at a time; stops taking new ones when `signal` aborts.
 *
 * @throws what `work` throws first
 */
export async function inLanes<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      if (signal?.aborted) return;
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
