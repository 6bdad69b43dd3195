import type * as z from 'zod/mini';
import { HttpError } from './http-error.js';

/** Data that is not what a spec takes; one line that names the place, the value and what it takes. */
export class SpecError extends Error {
  override name = 'SpecError';
}

interface Issue {
  code?: string | undefined;
  path: PropertyKey[];
  message: string;
}

const VALUE_LENGTH = 60;

/** Parses JSON text by a schema. @param name what the text is, for the error. @throws SpecError */
export function parseSpec<T>(schema: z.ZodMiniType<T>, text: string, name: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SpecError(`${name} is not valid JSON: ${shorten(text)}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SpecError(`${name}: ${describe(result.error.issues[0], value)}`);
}

/** Checks the body of a call. @throws HttpError 400 */
export function parseBody<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new HttpError(400, describe(result.error.issues[0], body));
}

function describe(issue: Issue | undefined, value: unknown): string {
  if (!issue) return 'not valid';
  const found = issue.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown>)?.[key],
    value,
  );
  const place = issue.path.map(String).join('.') || 'the body';
  return `${place} takes ${takes(issue as unknown as Record<string, unknown>)}, got ${shorten(JSON.stringify(found) ?? 'nothing')}`;
}

function takes(issue: Record<string, unknown>): string {
  switch (issue.code) {
    case 'invalid_type':
      return `a value of type ${issue.expected}`;
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_value':
      return `one of ${(issue.values as unknown[]).join(', ')}`;
    case 'unrecognized_keys':
      return `no ${(issue.keys as string[]).join(', ')}`;
    default:
      return 'another value';
  }
}

function shorten(text: string): string {
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text;
}
