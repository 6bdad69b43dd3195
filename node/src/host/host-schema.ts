import * as z from 'zod/mini';
import { parseSpec } from '../control/validate.js';
import type { HostSpec } from './spec.js';

export const tierSchema = z.enum(['super', 'regional', 'local', 'worker', 'endpoint', 'coordinator']);
const port = z.int().check(z.gte(0), z.lte(65_535));
const range = { min: port, max: port };
const text = z.string().check(z.minLength(1), z.maxLength(255));
export const addressSchema = z.ipv4();
export const controlSchema = z.object({ address: z.union([z.ipv4(), z.ipv6()]), port });
export const candidatesSchema = z.array(z.string().check(z.regex(/^\d+\.\d+\.\d+\.\d+:\d{1,5}$/)));
export const settingsSchema = z.record(z.string(), z.string());

/** A DiscoveryRequest. */
export const discoverySchema = z.object({
  node: z.optional(z.string()),
  count: z.optional(z.int().check(z.gte(1))),
  verify: z.optional(z.boolean()),
  cold: z.optional(z.boolean()),
  among: z.optional(z.array(z.string()).check(z.minLength(1))),
});

const nodeSpecSchema = z.object({
  name: text,
  port,
  address: z.optional(addressSchema),
  candidates: z.int().check(z.gte(0)),
});

const nodeGroupSchema = z.object({
  tier: tierSchema,
  region: z.string(),
  siblings: candidatesSchema,
  capacity: z.nullable(z.int().check(z.gte(1))),
  nodes: z.array(nodeSpecSchema),
});

export const hostSpecSchema = z.object({
  network: text,
  name: text,
  address: addressSchema,
  control: controlSchema,
  coordinator: z.url(),
  candidates: z.array(candidatesSchema),
  fallbackCandidates: candidatesSchema,
  groups: z.array(nodeGroupSchema),
  ports: z.object({
    ...range,
    spareFrom: z.int().check(z.gte(0), z.lte(65_536)),
    home: z.optional(z.object(range)),
  }),
  settings: settingsSchema,
});

/** Parses what CQKD_HOST holds. @throws SpecError */
export function parseHostSpec(json: string): HostSpec {
  return parseSpec(hostSpecSchema as z.ZodMiniType<HostSpec>, json, 'CQKD_HOST');
}
