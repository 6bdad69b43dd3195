import { balanced, type PortRange, upwards } from './range.js';

/** Where a worker finds a port when the one that it prefers is taken. */
export interface PortSpace extends PortRange {
  /** The first port that no other worker prefers: looked at before the others. */
  spareFrom: number;
  /** The part of the spare ports that is the worker's region's own: looked at first, spread evenly over it. */
  home?: PortRange | undefined;
}

/** All ports of a space, each once: its home, then the spare ones upwards, then the rest from the bottom. */
export function searchOrder({ min, max, spareFrom, home = { min: 1, max: 0 } }: PortSpace): number[] {
  const inSpace = (port: number) => port >= min && port <= max;
  return [
    ...new Set([
      ...[...balanced(home)].filter(inSpace),
      ...upwards({ min: Math.max(min, spareFrom), max }),
      ...upwards({ min, max: Math.min(max, spareFrom - 1) }),
    ]),
  ];
}
