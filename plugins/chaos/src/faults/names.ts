import type { Picture, Target } from '../picture.js';
import type { HostPart } from '../selection/select.js';

export function namesOf(nodes: readonly Target[]): string[] {
  return nodes.map(({ name }) => name);
}

/** The nodes that are not hit. */
export function othersThan({ nodes }: Picture, hit: readonly Target[]): Target[] {
  const set = new Set(hit);
  return nodes.filter((node) => !set.has(node));
}

/** Names of the hosts that are hit as a whole. */
export function wholeHosts(parts: readonly HostPart[]): string[] {
  return parts.filter(({ isWhole }) => isWhole).map(({ name }) => name);
}
