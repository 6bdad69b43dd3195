import * as z from 'zod/mini';
import { parseSpec } from '../control/validate.js';
import {
  addressSchema,
  candidatesSchema,
  controlSchema,
  settingsSchema,
  tierSchema,
} from '../host/host-schema.js';
import type { CoordinatorSpec } from '../host/spec.js';

export const coordinatorSpecSchema = z.object({
  network: z.string().check(z.minLength(1), z.maxLength(255)),
  control: controlSchema,
  address: addressSchema,
  port: z.int().check(z.gte(0), z.lte(65_535)),
  candidates: candidatesSchema,
  expected: z.partialRecord(tierSchema, z.int().check(z.gte(0))),
  settings: settingsSchema,
  seed: z.number(),
});

/** Parses what CQKD_COORDINATOR holds. @throws SpecError */
export function parseCoordinatorSpec(json: string): CoordinatorSpec {
  return parseSpec(coordinatorSpecSchema as z.ZodMiniType<CoordinatorSpec>, json, 'CQKD_COORDINATOR');
}
