import { UsageError, wholeNumber } from '@cqkd/harness';
import { Flags } from '@oclif/core';
import { type Selector, targetRegions, targetTiers } from '../selection/selector.js';

const group = { helpGroup: 'WHO' };

/** A share as `20%` or `0.2`; 0-1. */
export const share = Flags.custom<number>({
  parse: async (text) => {
    const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
    const value = Number(number) / (percent ? 100 : 1);
    if (value > 0 && value <= 1) return value;
    throw new UsageError(`A share is more than 0 and at most 100%, like 20% or 0.2, got ${text}`);
  },
});

/** Who is hit: everybody that fits all that is given, then so many of them as the seed decides. */
export const selectorFlags = {
  tier: Flags.option({ options: targetTiers })({ ...group, summary: 'Only nodes of this tier.' }),
  region: Flags.option({ options: targetRegions })({ ...group, summary: 'Only nodes of this region.' }),
  node: Flags.string({
    ...group,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
    summary: 'This node, by name or id.',
  }),
  host: Flags.string({
    ...group,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
    summary: 'The nodes of this host.',
  }),
  holders: Flags.string({
    ...group,
    helpValue: 'KEY',
    summary: 'The nodes that hold the value of this key.',
  }),
  count: wholeNumber('--count', { min: 1 })({
    ...group,
    exclusive: ['share', 'leaving'],
    helpValue: 'N',
    summary: 'So many of those that fit.',
  }),
  share: share({
    ...group,
    exclusive: ['leaving'],
    helpValue: 'SHARE',
    summary: 'This share of those that fit, like 20%.',
  }),
  leaving: wholeNumber('--leaving', { min: 1 })({
    ...group,
    helpValue: 'N',
    summary: 'All that fit but so many.',
  }),
};

interface SelectorFlags {
  tier?: Selector['tier'];
  region?: string | undefined;
  node?: string[] | undefined;
  host?: string[] | undefined;
  holders?: string | undefined;
  count?: number | undefined;
  share?: number | undefined;
  leaving?: number | undefined;
}

/** What was said on the command line. */
export function selectorFrom(flags: SelectorFlags): Selector {
  const { tier, region, node: nodes, host: hosts, holders, count, share, leaving } = flags;
  return { tier, region, nodes, hosts, holders, count, share, leaving };
}
