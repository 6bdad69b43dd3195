import { parseDuration, parseSize } from './amounts.js';
import type { Place } from './place.js';
import { splitWords } from './words.js';

/** Reads one value of a Compose file. @throws UsageError that names its place */
export type Reader<T> = (value: unknown, place: Place) => T;

export const text: Reader<string> = (value, place) => {
  if (typeof value === 'string' && value !== '') return value;
  throw place.takes('a text', value);
};

/** Text, or a number or flag that stands for its text. */
export const scalar: Reader<string> = (value, place) => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw place.takes('a text or a number', value);
};

/** A flag; one that a variable stood for is a text. */
export const flag: Reader<boolean> = (value, place) => {
  const said = String(value).toLowerCase();
  if (['true', 'yes', 'on', 'y'].includes(said)) return true;
  if (['false', 'no', 'off', 'n'].includes(said)) return false;
  throw place.takes('true or false', value);
};

export function wholeNumber(min: number): Reader<number> {
  return (value, place) => {
    const number = numberOf(value);
    if (Number.isSafeInteger(number) && number >= min) return number;
    throw place.takes(`a whole number from ${min} up`, value);
  };
}

/** A number from 0 up. */
export const amount: Reader<number> = (value, place) => {
  const number = numberOf(value);
  if (Number.isFinite(number) && number >= 0) return number;
  throw place.takes('a number from 0 up', value);
};

/** Bytes. */
export const size: Reader<number> = (value, place) => {
  const bytes = parseSize(String(value));
  if (bytes !== undefined) return bytes;
  throw place.takes('a size like 256m', value);
};

/** Milliseconds. */
export const duration: Reader<number> = (value, place) => {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  if (ms !== undefined) return ms;
  throw place.takes('a duration like 10s', value);
};

export function oneOf<T extends string>(...choices: readonly T[]): Reader<T> {
  return (value, place) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw place.takes(`one of ${choices.join(', ')}`, value);
  };
}

export function listOf<T>(item: Reader<T>): Reader<T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw place.takes('a list', value);
    return value.map((each, index) => item(each, place.at(index)));
  };
}

/** A list of texts, or a single one. */
export const texts: Reader<string[]> = (value, place) =>
  typeof value === 'string' ? [text(value, place)] : listOf(text)(value, place);

/** A command as a list of words, or as a line that is split into them. */
export const words: Reader<string[]> = (value, place) => {
  if (typeof value !== 'string') return listOf(scalar)(value, place);
  const split = splitWords(value);
  if (split) return split;
  throw place.takes('a command whose quotes are closed', value);
};

export function mapOf<T>(item: Reader<T>): Reader<Record<string, T>> {
  return (value, place) => {
    const entries = Object.entries(object(value, place));
    return Object.fromEntries(entries.map(([key, each]) => [key, item(each, place.at(key))]));
  };
}

/** `KEY: value` or `- KEY=value`; null stands for a key without a value. */
export const assignments: Reader<Record<string, string | null>> = (value, place) => {
  if (!Array.isArray(value))
    return mapOf((each, at) => (each === null ? null : scalar(each, at)))(value, place);
  return Object.fromEntries(
    value.map((line, index) => {
      const said = scalar(line, place.at(index));
      const equals = said.indexOf('=');
      return equals < 0 ? [said, null] : [said.slice(0, equals), said.slice(equals + 1)];
    }),
  );
};

/** The same where a key without a value has an empty one. */
export const textMap: Reader<Record<string, string>> = (value, place) => {
  const entries = Object.entries(assignments(value, place));
  return Object.fromEntries(entries.map(([key, each]) => [key, each ?? '']));
};

export const object: Reader<Record<string, unknown>> = (value, place) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw place.takes('a map', value);
};

/** A map that has none but these keys; keys that begin with `x-` are left out. */
export function known(value: unknown, place: Place, keys: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(object(value, place)).filter(([key]) => !key.startsWith('x-'));
  for (const [key] of entries) {
    if (!keys.includes(key)) throw place.at(key).error(`is not supported: only ${keys.join(', ')}`);
  }
  return Object.fromEntries(entries);
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.NaN;
}
