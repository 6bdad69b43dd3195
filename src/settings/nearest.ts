import { closest } from 'fastest-levenshtein';

/** The name that is most like `word`, upper and lower case being one. */
export function nearest(word: string, names: readonly string[]): string {
  return closest(word.toLowerCase(), [...names]);
}
