import * as z from 'zod/mini';
import { type FaultRequest, type HostFault, sessionDistributions } from './faults-api.js';

/** What shall last longer is asked for again. */
const MOST_SECONDS = 7200;
const MOST_DELAY_MS = 60_000;
/** A host that is blocked for longer does not answer in time. */
const MOST_CPU = 0.95;
const MOST_MEMORY_BYTES = 8 * 2 ** 30;
const LEAST_SESSION_SECONDS = 0.1;

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
const seconds = z.number().check(z.gte(LEAST_SESSION_SECONDS), z.lte(MOST_SECONDS));
const sessions = z.strictObject({
  distribution: z.enum(sessionDistributions),
  upSeconds: seconds,
  downSeconds: seconds,
  seed: z.int(),
});
const someShare = z.number().check(z.gt(0), z.lte(1));
const load = z.strictObject({
  cpu: z.number().check(z.gte(0), z.lte(MOST_CPU)),
  memoryBytes: z.int().check(z.gte(0), z.lte(MOST_MEMORY_BYTES)),
});

/** Body of `PUT /v1/faults` of the coordinator. */
export const faultRequestSchema = z.strictObject({
  id,
  ttlSeconds: z.number().check(z.gt(0), z.lte(MOST_SECONDS)),
  groups: z.array(z.array(z.string())),
  deaf: z.optional(z.array(z.tuple([index, index]))),
  degraded: z.optional(
    z.array(z.strictObject({ group: index, degradation: z.partial(z.strictObject(degradationShape)) })),
  ),
  down: z.optional(z.array(z.strictObject({ group: index, keep: z.optional(z.boolean()) }))),
  churn: z.optional(z.array(z.strictObject({ group: index, sessions }))),
  ports: z.optional(z.array(z.strictObject({ group: index, share: someShare }))),
  stress: z.optional(z.array(z.strictObject({ group: index, load }))),
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
      down: z.optional(z.object({ keep: z.boolean() })),
      churn: z.optional(sessions),
    }),
  ),
  ports: z.optional(z.object({ share: someShare })),
  stress: z.optional(load),
}) as z.ZodMiniType<HostFault>;
