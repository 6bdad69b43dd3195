import { Flags } from '@oclif/core';
import { parseSize } from '../compose/amounts.js';
import { UsageError } from '../errors.js';

const secondsOfUnit: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** A flag that takes a whole number; a bad one is told with its value. */
export function wholeNumber(what: string, { min, max }: { min: number; max?: number }) {
  return Flags.custom<number>({
    parse: async (text) => {
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= min && (max === undefined || value <= max)) return value;
      const range = max === undefined ? `from ${min} up` : `from ${min} to ${max}`;
      throw new UsageError(`${what} takes a whole number ${range}, got ${text}`);
    },
  });
}

/** A flag that takes a duration, like `90s`, `5m` or `1h`; its value is in seconds. */
export const duration = Flags.custom<number>({ parse: async (text) => parseDuration(text) });

/** Reads a duration into seconds; a bare number is seconds. @throws UsageError */
export function parseDuration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const seconds = Number(number) * (secondsOfUnit[unit] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new UsageError(`A duration is a number with ms, s, m or h, like 90s, got ${JSON.stringify(text)}`);
}

/** A flag that takes a size, like `64MB`; its value is in bytes. */
export const size = Flags.custom<number>({
  parse: async (text) => {
    const bytes = parseSize(text);
    if (bytes !== undefined && bytes > 0) return bytes;
    throw new UsageError(`A size is a number with b, kb, mb or gb, like 64MB, got ${JSON.stringify(text)}`);
  },
});
