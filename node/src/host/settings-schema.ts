import * as z from 'zod/mini';
import type { SettingOverlay, SettingsRequest } from '../control/settings-api.js';
import { tierSchema } from './host-schema.js';

const names = z.optional(z.array(z.string()).check(z.minLength(1)));
const change = z.strictObject({
  settings: z.record(z.string(), z.nullable(z.string())),
  hosts: names,
  tiers: z.optional(z.array(tierSchema).check(z.minLength(1))),
  nodes: names,
});

/** Body of `PUT /v1/settings` of the coordinator. */
export const settingsRequestSchema = change as z.ZodMiniType<SettingsRequest>;

/** Body of `PUT /v1/settings` of a host. */
export const settingOverlaySchema = z.object({
  revision: z.int().check(z.gte(0)),
  changes: z.array(change),
}) as z.ZodMiniType<SettingOverlay>;
