import { closest } from 'fastest-levenshtein';

/** The name that is most like `word`, upper and lower case being one; names that hold the whole word come first. */
export function nearest(word: string, names: readonly string[]): string {
  const text = word.toLowerCase();
  const holding = names.filter((name) => name.toLowerCase().includes(text));
  return closest(text, holding.length > 0 ? holding : [...names]);
}
