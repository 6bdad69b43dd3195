import type { Deaf, Side } from '../faults/fault-plan.js';

/** Who must not hear whom, as data: every node is on one side. */
export interface Cut {
  sides: Side[];
  deaf: Deaf;
}

/** Whether a side can speak with another: each of them hears the other. */
export function isOpen({ sides, deaf }: Cut, one: number, other: number): boolean {
  if (sides[one]?.mute || sides[other]?.mute) return false;
  return !deaf.some(([to, from]) => (to === one && from === other) || (to === other && from === one));
}

/** Cuts all sides off from one another. */
export function apart(sides: Side[]): Cut {
  return { sides, deaf: pairs(sides.length) };
}

/** All pairs of different places. */
export function pairs(count: number): Deaf {
  const places = Array.from({ length: count }, (_, index) => index);
  return places.flatMap((one) =>
    places.filter((other) => other !== one).map((other): [number, number] => [one, other]),
  );
}
