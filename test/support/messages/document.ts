import type { Message } from './collect.js';

/** Messages of one entry, with what is said of them. */
export interface Entry {
  messages: string[];
  cause: string;
  remedy: string;
}

const fence = /^```text\n([\s\S]*?)^```$/gm;

/** Reads the entries of a document: a block of messages, one a line, then its cause and what to do. */
export function readEntries(document: string): Entry[] {
  const blocks = [...document.matchAll(fence)];
  return blocks.map(({ 0: whole, 1: lines = '', index }, number) => {
    const rest = document.slice(index + whole.length, blocks[number + 1]?.index);
    const [, cause = '', remedy = ''] =
      /^\s*\*\*Cause\.\*\*([\s\S]*?)^\*\*What to do\.\*\*([\s\S]*?)(?:^#|(?![\s\S]))/m.exec(rest) ?? [];
    return { messages: lines.split('\n').filter(Boolean), cause: cause.trim(), remedy: remedy.trim() };
  });
}

/** An entry for messages that have none, ready to be filled in. */
export function stubOf(messages: readonly Message[]): string {
  return messages
    .map(
      ({ text, places }) =>
        `(${places.join(', ')})\n\`\`\`text\n${text}\n\`\`\`\n\n**Cause.** \n\n**What to do.** \n`,
    )
    .join('\n');
}
