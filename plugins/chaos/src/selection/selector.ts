import * as z from 'zod/mini';

/** `bootstrap` = super, regional and local together. */
export const targetTiers = ['super', 'regional', 'local', 'bootstrap', 'worker', 'endpoint'] as const;
export const targetRegions = ['east', 'west', 'north', 'south'] as const;

/** Who is meant: everybody that fits all that is given; then `count`, `share` or all but `leaving` of them, as the seed decides. */
export interface Selector {
  tier?: (typeof targetTiers)[number] | undefined;
  region?: string | undefined;
  /** Names or ids of nodes. */
  nodes?: readonly string[] | undefined;
  /** Names of hosts. */
  hosts?: readonly string[] | undefined;
  /** A key: the nodes that hold its value. */
  holders?: string | undefined;
  count?: number | undefined;
  /** 0-1; at least one. */
  share?: number | undefined;
  /** So many are spared. */
  leaving?: number | undefined;
}

const names = z.array(z.string().check(z.minLength(1))).check(z.minLength(1));

/** What a scenario may say of a selector. */
export const selectorShape = {
  tier: z.optional(z.enum(targetTiers)),
  region: z.optional(z.string()),
  nodes: z.optional(names),
  hosts: z.optional(names),
  holders: z.optional(z.string()),
  count: z.optional(z.int().check(z.gte(1))),
  share: z.optional(z.number().check(z.gt(0), z.lte(1))),
  leaving: z.optional(z.int().check(z.gte(1))),
};

/** Whether it says anything at all. */
export function isEmpty(selector: Selector): boolean {
  return Object.values(selectorOf(selector)).every((value) => value === undefined);
}

/** The part of a fault's parameters that says who is meant. */
export function selectorOf(selector: Selector): Selector {
  const { tier, region, nodes, hosts, holders, count, share, leaving } = selector;
  return { tier, region, nodes, hosts, holders, count, share, leaving };
}

/** For reports: what was given. */
export function describeSelector(selector: Selector): Record<string, string | number> {
  const given = Object.entries(selectorOf(selector)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value as string | number)]),
  );
}
