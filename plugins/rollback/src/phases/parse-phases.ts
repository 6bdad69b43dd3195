import { nearest, UsageError } from '@cqkd/harness';
import { type Phase, phases } from '@cqkd/node/control';

/** What a phase can be called. */
const names = phases.flatMap(({ number, name }) => [String(number), name]);

/** The phases that were named, each once, in their order. @throws UsageError when one does not exist, or none is named */
export function parsePhases(texts: readonly string[], all: boolean): Phase[] {
  if (all && texts.length > 0) {
    throw new UsageError(`--all takes no phases, got ${texts.join(' ')}: leave one of them out`);
  }
  for (const text of texts) {
    if (names.includes(text)) continue;
    throw new UsageError(`There is no phase ${text}; the nearest is ${nearest(text, names)} of ${listed()}`);
  }
  if (!all && texts.length === 0) throw new UsageError(`Name a phase (${listed()}), or all with --all`);
  return phases.filter(({ number, name }) => all || texts.includes(String(number)) || texts.includes(name));
}

function listed(): string {
  return phases.map(({ number, name }) => `${number} ${name}`).join(', ');
}

/** `phase 3 (adaptive Kademlia)`. */
export function describePhase({ number, title }: Phase): string {
  return `phase ${number} (${title})`;
}

export function describePhases(named: readonly Phase[]): string {
  return named.map(describePhase).join(', ');
}
