/** The bytes that occur most often; among equals, those that come first. */
export function mostFrequent(values: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  const counts = new Map<string, { count: number; bytes: Uint8Array }>();
  for (const bytes of values) {
    if (!bytes) continue;
    const text = Buffer.from(bytes).toString('latin1');
    const entry = counts.get(text);
    if (entry) entry.count++;
    else counts.set(text, { count: 1, bytes });
  }
  let best: { count: number; bytes: Uint8Array } | undefined;
  for (const entry of counts.values()) if (!best || entry.count > best.count) best = entry;
  return best?.bytes;
}
