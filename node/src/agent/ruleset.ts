import type { CutJob } from './job.js';

type Cut = Pick<CutJob, 'table' | 'ttlMs' | 'groups' | 'deaf' | 'wholeAddresses'>;

/** One group of places, as the rulesets of all targets write it. */
interface Group {
  places: { address: string; port: string }[];
  /** Its addresses of which all ports are meant. */
  whole: string[];
  /** Declarations of what is heard from it: sets that the kernel empties by itself when the time is over. */
  sets: string;
}

/**
 * Writes the nftables rulesets of a cut.
 *
 * What does the cutting are the elements of sets, and they have a time-out in the kernel: a ruleset whose keeper was
 * killed stops nothing any more when its time is over.
 */
export class Rulesets {
  readonly #cut: Cut;
  readonly #groups: readonly Group[];

  constructor(cut: Cut) {
    this.#cut = cut;
    const whole = new Set(cut.wholeAddresses);
    this.#groups = cut.groups.map((places, index) => groupOf(places, index, whole, cut.ttlMs));
  }

  /**
   * The ruleset of one network namespace; it replaces one of that table.
   *
   * @param addresses those of the namespace
   * @returns null when nobody there is deaf to anybody
   */
  forAddresses(addresses: readonly string[]): string | null {
    const own = new Set(addresses);
    const sets: string[] = [];
    const rules: string[] = [];
    const declared = new Set<number>();
    for (const [index, { places, whole }] of this.#groups.entries()) {
      const here = places.filter(({ address }) => own.has(address));
      const sources = this.#heardNoMore(index);
      if (here.length === 0 || sources.length === 0) continue;
      const isWhole = whole.some((address) => own.has(address));
      const ports = new Set(here.map(({ port }) => port));
      if (!isWhole) sets.push(`  set own_${index} { type inet_service; elements = { ${join(ports)} } }`);
      const to = isWhole ? 'meta l4proto udp' : `udp dport @own_${index}`;
      for (const source of sources) {
        declared.add(source);
        rules.push(...rulesFrom(source, this.#groups[source] as Group, to));
      }
    }
    if (rules.length === 0) return null;
    return this.#table(
      [...sets, ...[...declared].map((source) => (this.#groups[source] as Group).sets)],
      rules,
    );
  }

  /** Groups of which a group hears nothing. */
  #heardNoMore(group: number): number[] {
    const sources = this.#cut.deaf.flatMap(([to, from]) => (to === group ? [from] : []));
    return [...new Set(sources)].filter((source) => (this.#groups[source]?.places.length ?? 0) > 0);
  }

  #table(sets: readonly string[], rules: readonly string[]): string {
    const { table } = this.#cut;
    return [
      removalOf(table).trimEnd(),
      `table inet ${table} {`,
      ...sets,
      '  chain input {',
      '    type filter hook input priority filter; policy accept;',
      ...rules,
      '  }',
      '}',
      '',
    ].join('\n');
  }
}

/** Removes a table, also one that is not there. */
export function removalOf(table: string): string {
  return `add table inet ${table}\ndelete table inet ${table}\n`;
}

function groupOf(
  places: readonly string[],
  index: number,
  wholeAddresses: ReadonlySet<string>,
  ttlMs: number,
): Group {
  const split = places.map((place) => {
    const [address = '', port = ''] = place.split(':');
    return { address, port };
  });
  const whole = [...new Set(split.map(({ address }) => address).filter((each) => wholeAddresses.has(each)))];
  const single = split.filter(({ address }) => !wholeAddresses.has(address));
  const timeout = `flags timeout; timeout ${durationOf(ttlMs)}`;
  const pairs = new Set(single.map(({ address, port }) => `${address} . ${port}`));
  const sets = [
    pairs.size > 0 &&
      `  set places_${index} { type ipv4_addr . inet_service; ${timeout}; elements = { ${join(pairs)} } }`,
    whole.length > 0 && `  set hosts_${index} { type ipv4_addr; ${timeout}; elements = { ${join(whole)} } }`,
  ];
  return { places: split, whole, sets: sets.filter((set) => set !== false).join('\n') };
}

function rulesFrom(index: number, { places, whole }: Group, to: string): string[] {
  const rules: string[] = [];
  if (places.some(({ address }) => !whole.includes(address)))
    rules.push(`    ${to} ip saddr . udp sport @places_${index} counter drop`);
  if (whole.length > 0) rules.push(`    ${to} ip saddr @hosts_${index} counter drop`);
  return rules;
}

/** A time as nft takes it. */
function durationOf(milliseconds: number): string {
  return `${Math.floor(milliseconds / 1000)}s${milliseconds % 1000}ms`;
}

function join(items: Iterable<string>): string {
  return [...items].join(', ');
}
