import chalk from 'chalk';
import Table from 'cli-table3';

/** No lines: reads well at 80 columns and in a log. */
const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Aligned columns under a dimmed head; a title that ends in `>` is aligned to the right. */
export function renderTable(head: readonly string[], rows: readonly string[][]): string {
  const table = new Table({
    head: head.map((title) => chalk.dim(title.replace(/>$/, ''))),
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((title) => (title.endsWith('>') ? 'right' : 'left')),
  });
  table.push(...rows);
  return trimLines(table.toString());
}

/** Names and what belongs to them, one a line. */
export function renderFacts(facts: readonly (readonly [string, string])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, text]) => `  ${chalk.dim(name.padEnd(width))}  ${text}`).join('\n');
}

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
