const bytesOfUnit: Readonly<Record<string, number>> = {
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};
const msOfUnit: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** Reads a size as Compose writes it, like `256m`, `1.5gb` or a bare number of bytes; undefined when it is none. Bytes. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(b|[kmgt](?:i?b)?)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  return Math.floor(Number(number) * (bytesOfUnit[unit?.[0]?.toLowerCase() ?? 'b'] ?? Number.NaN));
}

/** A size as Compose writes it, in the largest unit that holds it exactly. */
export function formatSize(bytes: number): string {
  const unit =
    ['t', 'g', 'm', 'k'].find((each) => bytes > 0 && bytes % (bytesOfUnit[each] ?? 1) === 0) ?? 'b';
  return `${bytes / (bytesOfUnit[unit] ?? 1)}${unit}`;
}

/** Reads a duration as Compose writes it, like `5s` or `1m30s`; undefined when it is none. Milliseconds. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) return undefined;
  return parts.reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (msOfUnit[unit] ?? Number.NaN),
    0,
  );
}

/** A duration as Compose writes it. */
export function formatDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
