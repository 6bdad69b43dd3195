import { messageOf, parseDuration, parseSize } from '@cqkd/harness';
import * as z from 'zod/mini';

/** A duration like `30s`, or a number of seconds. @throws Error that says what it takes */
export function secondsOf(value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  if (typeof value === 'string') {
    try {
      return parseDuration(value);
    } catch {
      // Told below, with all that it takes.
    }
  }
  throw new Error('takes a duration like 30s or 5m, or a number of seconds');
}

/** A size like `64MB`, or a number of bytes. @throws Error that says what it takes */
export function bytesOf(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
  const bytes = typeof value === 'string' ? parseSize(value) : undefined;
  if (bytes !== undefined) return bytes;
  throw new Error('takes a size like 64MB or 1GB, or a number of bytes');
}

/** `20%` as 0.2. @throws Error that says what it takes */
export function shareOf(value: unknown): number {
  const [, number] = /^(\d+(?:\.\d+)?) ?%$/.exec(String(value)) ?? [];
  if (number !== undefined) return Number(number) / 100;
  throw new Error('takes a number, or percent like 20%');
}

/** A field that is a duration, in seconds. */
export function durationField({ max = 86_400 } = {}) {
  return z.pipe(
    z.unknown(),
    z.transform((value, context) => {
      const fail = (message: string): never => {
        context.issues.push({ code: 'custom', message, input: value });
        return z.NEVER;
      };
      try {
        const seconds = secondsOf(value);
        return seconds <= max ? seconds : fail(`takes ${max} s at most`);
      } catch (error) {
        return fail(messageOf(error));
      }
    }),
  );
}

/** All fields of a schema by their names; none where it has no fields. */
export function fieldsOf(schema: z.ZodMiniType): Record<string, z.ZodMiniType> {
  const { def } = schema as z.ZodMiniObject;
  return def.type === 'object' ? ({ ...def.shape } as Record<string, z.ZodMiniType>) : {};
}

/** Whether a field takes a number, given or by default. */
export function isNumberField(schema: z.ZodMiniType): boolean {
  const { def } = schema as z.ZodMiniOptional;
  return def.innerType ? isNumberField(def.innerType as z.ZodMiniType) : (def.type as string) === 'number';
}
