/** Text that Markdown shows as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/(?:\s|\p{Cc})+/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_[\]|~#!>]/g, '\\$&')
    .trim();
}

/** A table that also reads well as plain text; a title that ends in `>` is aligned to the right. Cells are escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const right = head.map((title) => title.endsWith('>'));
  const cells = [head.map((title) => title.replace(/>$/, '')), ...rows].map((row) => row.map(escapeMarkdown));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, at) => pad(row[at] ?? '', width, right[at])).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (right[at] ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  const [titles = [], ...body] = cells;
  return [line(titles), rule, ...body.map(line)].join('\n');
}

/** One line each; they are escaped. Nothing when there are none. */
export function markdownList(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')];
}

/** An image that is in the text itself. @param svg as it is drawn, in the `light` look */
export function markdownImage(title: string, svg: string): string {
  return `![${escapeMarkdown(title)}](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`;
}

function pad(text: string, width: number, right: boolean | undefined): string {
  return right ? text.padStart(width) : text.padEnd(width);
}
