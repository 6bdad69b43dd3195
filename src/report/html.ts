/** Text that is HTML already, and goes into a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template takes: texts are escaped, lists are joined, nothing stays nothing. */
export type HtmlPart = Html | string | number | null | undefined | readonly HtmlPart[];

/** A template whose values are escaped unless they are HTML themselves. */
export function html(strings: TemplateStringsArray, ...parts: HtmlPart[]): Html {
  return new Html(strings.map((text, index) => `${text}${textOf(parts[index])}`).join(''));
}

/** Safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return xmlText(text.replace(/[&<>"']/g, (sign) => escapes[sign] as string));
}

/** Characters that XML knows nothing of are replaced: control characters, among them what would colour a terminal. */
export function xmlText(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, '\uFFFD');
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function textOf(part: HtmlPart): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object' && part !== null) return part.map(textOf).join('');
  return part === null || part === undefined ? '' : escapeHtml(String(part));
}
