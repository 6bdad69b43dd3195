import type { $ZodIssue } from 'zod/v4/core';

/** What is wrong with a value, in one line. @param value what was given @param name of the key, or what stands for it */
export function issueText(issue: $ZodIssue, name: string, value: unknown): string {
  if (issue.code === 'custom') return `${name} ${issue.message}; got ${shown(value)}`;
  if (value === undefined) return `${name} is missing`;
  return `${name} takes ${wanted(issue)}; got ${shown(value)}`;
}

/** A value as it was written, as far as it fits. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value || '""' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function wanted(issue: $ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return typeNames[issue.expected] ?? `a ${issue.expected}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', Number(issue.minimum));
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', Number(issue.maximum));
    default:
      return 'something else';
  }
}

const typeNames: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  tuple: 'two values: [pass, warn]',
};

function bound(origin: string, how: string, limit: number): string {
  if (origin === 'string') return limit === 1 ? 'a text that is not empty' : `${how} ${limit} characters`;
  if (origin === 'array')
    return limit === 1 && how === 'at least' ? 'a list that is not empty' : `${how} ${limit} values`;
  return `a number of ${how} ${limit}`;
}
