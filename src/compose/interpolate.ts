/** Variables that a template may refer to; undefined = not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A text whose variables can't be filled in; the message says what is wrong with it. */
export class InterpolationError extends Error {
  override name = 'InterpolationError';
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*/;
const expressionPattern = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?)([-?+])(.*))?$/s;

/**
 * Fills variables in as Compose does: `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR:?message}`, `${VAR:+other}`, each also
 * without the colon (then an empty variable counts as set), and `$$` for a dollar. What is not set reads as nothing.
 *
 * Source: the Compose Specification, "Interpolation".
 *
 * @throws InterpolationError
 */
export function interpolate(text: string, variables: Variables): string {
  let result = '';
  let position = 0;
  for (;;) {
    const dollar = text.indexOf('$', position);
    if (dollar < 0) return result + text.slice(position);
    result += text.slice(position, dollar);
    const next = text[dollar + 1];
    if (next === '$') {
      result += '$';
      position = dollar + 2;
    } else if (next === '{') {
      const end = closingBrace(text, dollar + 2);
      result += substitute(text.slice(dollar + 2, end), text, variables);
      position = end + 1;
    } else {
      const name = namePattern.exec(text.slice(dollar + 1))?.[0];
      if (!name) throw invalid(text);
      result += lookUp(name, variables) ?? '';
      position = dollar + 1 + name.length;
    }
  }
}

/** The text that `interpolate` turns back into this one, whatever the variables. */
export function escapeDollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** What stands between the braces: a name, and what to do when it is (not) set. */
function substitute(inner: string, text: string, variables: Variables): string {
  const [, name, colon, operator, rest = ''] = expressionPattern.exec(inner) ?? [];
  if (!name) throw invalid(text);
  const value = lookUp(name, variables);
  const isGiven = colon ? Boolean(value) : value !== undefined;
  if (operator === '+') return isGiven ? interpolate(rest, variables) : '';
  if (isGiven || !operator) return value ?? '';
  if (operator === '-') return interpolate(rest, variables);
  throw new InterpolationError(`needs ${name}${rest && `: ${interpolate(rest, variables)}`}`);
}

/** Where the brace that was opened before `from` closes; braces of nested variables count. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let position = from; position < text.length; position++) {
    if (text.startsWith('$$', position)) position++;
    else if (text.startsWith('${', position)) depth++;
    else if (text[position] === '}' && --depth === 0) return position;
  }
  throw invalid(text);
}

function lookUp(name: string, variables: Variables): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

function invalid(text: string): InterpolationError {
  return new InterpolationError(
    `has a variable that can't be read in ${JSON.stringify(text)}; a dollar is written $$`,
  );
}
