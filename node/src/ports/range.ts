/** Ports from `min` to `max`, both included; none when `max` is below `min`. */
export interface PortRange {
  min: number;
  max: number;
}

export function sizeOf({ min, max }: PortRange): number {
  return Math.max(0, max - min + 1);
}

/** Ports from `min` upwards. */
export function* upwards({ min, max }: PortRange): Generator<number> {
  for (let port = min; port <= max; port++) yield port;
}

/**
 * All ports of a range, each once, in an order in which the first n are spread evenly over it, whatever n is.
 *
 * Offsets with their bits reversed (van der Corput's sequence in base 2): each next one lies in one of the widest gaps.
 */
export function* balanced(range: PortRange): Generator<number> {
  const size = sizeOf(range);
  const bits = size > 1 ? Math.ceil(Math.log2(size)) : 0;
  for (let position = 0; position < 2 ** bits; position++) {
    const offset = reverseBits(position, bits);
    if (offset < size) yield range.min + offset;
  }
}

/**
 * The part of a range that belongs to one of several regions: their parts cover it and differ by one port at most.
 *
 * @param region 0 … regions - 1
 * @throws RangeError
 */
export function regionRange(range: PortRange, region: number, regions: number): PortRange {
  if (!Number.isInteger(region) || region < 0 || region >= regions)
    throw new RangeError(`Expected a region from 0 to ${regions - 1}, got ${region}`);
  const startOf = (position: number) => range.min + Math.floor((position * sizeOf(range)) / regions);
  return { min: startOf(region), max: startOf(region + 1) - 1 };
}

function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed = reversed * 2 + ((value >> bit) & 1);
  return reversed;
}
