/** Splits a command line into words as a shell does, with quotes and backslashes; undefined when a quote stays open. */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let position = 0; position < text.length; position++) {
    const char = text[position] as string;
    if (char === '\\' && quote !== "'") {
      const next = text[++position];
      if (next === undefined) return undefined;
      // Between double quotes a backslash is itself, save before what it is needed for.
      word = (word ?? '') + (quote && !'"\\'.includes(next) ? char : '') + next;
    } else if (quote) {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote) return undefined;
  return word === undefined ? words : [...words, word];
}
