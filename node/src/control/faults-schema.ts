import * as z from 'zod/mini';
import type { FaultRequest, HostFault } from './faults-api.js';

/** What shall last longer is asked for again. */
const MOST_SECONDS = 7200;
const MOST_DELAY_MS = 60_000;

const share = z.number().check(z.gte(0), z.lte(1));
const delay = z.number().check(z.gte(0), z.lte(MOST_DELAY_MS));
const degradationShape = {
  latencyMs: delay,
  jitterMs: delay,
  loss: share,
  duplication: share,
  reordering: share,
  reorderDelayMs: delay,
  corruption: share,
  rate: z.nullable(z.number().check(z.gt(0))),
};
const id = z.string().check(z.regex(/^[\w.-]{1,64}$/));
const index = z.int().check(z.gte(0));

/** Body of `PUT /v1/faults` of the coordinator. */
export const faultRequestSchema = z.strictObject({
  id,
  ttlSeconds: z.number().check(z.gt(0), z.lte(MOST_SECONDS)),
  groups: z.array(z.array(z.string())),
  deaf: z.optional(z.array(z.tuple([index, index]))),
  degraded: z.optional(
    z.array(z.strictObject({ group: index, degradation: z.partial(z.strictObject(degradationShape)) })),
  ),
}) as z.ZodMiniType<FaultRequest>;

/** Body of `PUT /v1/faults` of a host. */
export const hostFaultSchema = z.object({
  id,
  ttlMs: z.number().check(z.gt(0)),
  places: z.array(z.array(z.string())),
  rules: z.record(
    z.string(),
    z.object({
      deafTo: z.optional(z.array(index)),
      degradation: z.optional(z.object(degradationShape)),
    }),
  ),
}) as z.ZodMiniType<HostFault>;
