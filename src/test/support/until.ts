import { setTimeout as delay } from 'node:timers/promises';

/** Waits until something holds. @throws Error after a time that is long on any machine */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<NonNullable<T>> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const result = await probe();
    if (result) return result as NonNullable<T>;
    if (performance.now() > endsAt) throw new Error(`${what} did not come about`);
    await delay(10);
  }
}
