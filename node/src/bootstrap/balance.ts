/** Nodes attached to a bootstrap node, and how many it takes. */
export interface LoadShare {
  attached: number;
  capacity: number;
}

/** A node is overloaded above so many times its fair share … */
const OVERLOAD = 1.25;
/** … and one more: a tier with few nodes each is never exactly even. */
const SLACK = 1;

/** Nodes that would be attached to `own` if all of the tier were used alike. @param others without `own` */
export function fairShare(own: LoadShare, others: readonly LoadShare[]): number {
  let attached = own.attached;
  let capacity = own.capacity;
  for (const other of others) {
    attached += other.attached;
    capacity += other.capacity;
  }
  return capacity === 0 ? own.attached : (attached * own.capacity) / capacity;
}

/**
 * How many nodes an overloaded bootstrap node should hand over at once: half of what is too much, so that several
 * that act on the same old news never hand over more than the others lack.
 */
export function surplus(own: LoadShare, others: readonly LoadShare[]): number {
  const fair = fairShare(own, others);
  if (own.attached <= fair * OVERLOAD + SLACK) return 0;
  return Math.max(1, Math.floor((own.attached - fair) / 2));
}

/** Whether one that was moved by balancing fits: never above the fair share, or it would soon move on. */
export function hasRoom(own: LoadShare, others: readonly LoadShare[]): boolean {
  return own.attached + 1 <= Math.max(1, fairShare(own, others) + SLACK);
}

/** Those that have less than their fair share, those that lack most first. */
export function lacking<T extends LoadShare>(own: LoadShare, others: readonly T[]): T[] {
  const lackOf = (other: T) => {
    const rest = [own, ...others.filter((each) => each !== other)];
    return fairShare(other, rest) - other.attached;
  };
  return others
    .map((other) => ({ other, lack: lackOf(other) }))
    .filter(({ lack }) => lack >= 1)
    .sort((a, b) => b.lack - a.lack)
    .map(({ other }) => other);
}
