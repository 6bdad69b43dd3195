import { UsageError } from '@cqkd/harness';
import * as z from 'zod/mini';
import { selectNodes } from '../selection/select.js';
import { describeSelector, type Selector, selectorOf, selectorShape } from '../selection/selector.js';
import type { Fault } from './fault.js';
import type { EffectFigure, Range } from './fault-plan.js';
import { namesOf, othersThan } from './names.js';

/** What the nodes that are hit hear comes late, twice, spoilt or not at all. Shares are 0-1. */
export interface Degradations {
  /** Milliseconds. */
  latencyMs?: number | undefined;
  /** Evenly spread over 0 … this, besides. Milliseconds. */
  jitterMs?: number | undefined;
  loss?: number | undefined;
  duplication?: number | undefined;
  reordering?: number | undefined;
  corruption?: number | undefined;
  /** Datagrams a second that one node hears at most. */
  rate?: number | undefined;
}

export type DegradeParameters = Selector & Degradations;

const share = z.optional(z.number().check(z.gt(0), z.lte(1)));
const delay = z.optional(z.number().check(z.gt(0), z.lte(60_000)));
const degradationShape = {
  latencyMs: delay,
  jitterMs: delay,
  loss: share,
  duplication: share,
  reordering: share,
  corruption: share,
  rate: z.optional(z.number().check(z.gt(0))),
};

/** A share was taken when it is found within this part of itself, and this much besides: samples scatter. */
const relativeSlack = 0.35;
const absoluteSlack = 0.02;
/** Something at all. */
const leastSeen = 1e-6;
/** A busy machine delivers late, not early. */
const lateFactor = 3;
const lateMs = 100;

/** Datagrams on their way to nodes are delayed, lost, doubled, overtaken and spoilt. */
export const degrade: Fault<DegradeParameters> = {
  kind: 'degrade',
  parameters: z.object({ ...selectorShape, ...degradationShape }) as z.ZodMiniType<DegradeParameters>,
  plan: (picture, parameters, seed) => {
    const degradation = degradationOf(parameters);
    if (Object.keys(degradation).length === 0)
      throw new UsageError(
        `degrade takes at least one of ${Object.keys(degradationShape).join(', ')}: say what shall go wrong`,
      );
    const selector = selectorOf(parameters);
    const hit = selectNodes(picture, selector, seed);
    const others = othersThan(picture, hit);
    return {
      parameters: { ...describeSelector(selector), ...degradation },
      victims: { hosts: [], nodes: namesOf(hit) },
      sides: [
        { name: 'degraded', nodes: namesOf(hit) },
        ...(others.length > 0 ? [{ name: 'others', nodes: namesOf(others) }] : []),
      ],
      deaf: [],
      actions: [{ by: 'node', request: { groups: [namesOf(hit)], degraded: [{ group: 0, degradation }] } }],
      proof: { by: 'effects', ranges: rangesOf(degradation) },
    };
  },
};

function degradationOf(parameters: Degradations): Record<string, number> {
  const names = Object.keys(degradationShape) as (keyof Degradations)[];
  return Object.fromEntries(
    names.flatMap((name) => (parameters[name] === undefined ? [] : [[name, parameters[name]]])),
  );
}

function rangesOf(degradation: Degradations): Partial<Record<EffectFigure, Range>> {
  const { latencyMs = 0, jitterMs = 0, loss, duplication, reordering, corruption, rate } = degradation;
  const meanMs = latencyMs + jitterMs / 2;
  return {
    ...(meanMs > 0 && { delayMs: [meanMs * (1 - relativeSlack), meanMs * lateFactor + lateMs] as Range }),
    // What a rate holds back is lost as well.
    ...(loss && { lossShare: rate ? ([shareRange(loss)[0], 1] as Range) : shareRange(loss) }),
    ...(duplication && { duplicatedShare: shareRange(duplication) }),
    ...(reordering && { reorderedShare: shareRange(reordering) }),
    ...(corruption && { corruptedShare: shareRange(corruption) }),
    // A rate that is never reached holds nothing back.
    ...(rate && !loss && { lossShare: [leastSeen, 1] as Range }),
    ...(rate && { passedPerSecond: [0, rate * (1 + relativeSlack) + 1] as Range }),
  };
}

/** The lower end is never 0: something has to be seen. */
function shareRange(share: number): Range {
  return [
    Math.max(share / 10, share * (1 - relativeSlack) - absoluteSlack),
    Math.min(1, share * (1 + relativeSlack) + absoluteSlack),
  ];
}
