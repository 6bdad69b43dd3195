import type { Verdict } from '../gate/gate.js';
import { Html, type HtmlPart, html } from './html.js';
import { htmlStyle } from './html-style.js';
import { verdictMarks } from './verdict.js';

/** A part of a page that can be linked to. */
export interface HtmlSection {
  /** Unlike any other of the page; letters, digits and dashes. */
  id: string;
  title: string;
  /** After its title in the table of contents. */
  remark?: HtmlPart;
  body: HtmlPart;
}

export interface HtmlPage {
  title: string;
  /** Below the title. */
  intro: HtmlPart;
  /** Several get a table of contents; one alone goes without its title. */
  sections: readonly HtmlSection[];
  footer?: HtmlPart;
}

/** A whole page in one file: it asks for nothing, from nowhere. */
export function htmlPage({ title, intro, sections, footer }: HtmlPage): string {
  const several = sections.length > 1;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>${title}</title>
<style>${new Html(htmlStyle)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${intro}
</header>
${several ? contentsOf(sections) : null}<main>
${sections.map((section) => sectionOf(section, several))}</main>
${footer ? html`<footer>${footer}</footer>` : null}
</body>
</html>
`;
  return page.text;
}

function contentsOf(sections: readonly HtmlSection[]): Html {
  return html`<nav aria-label="Contents">
<ul>
${sections.map(
  ({ id, title, remark }) => html`<li><a href="#${id}">${title}</a> ${remark}</li>
`,
)}</ul>
</nav>
`;
}

function sectionOf({ id, title, body }: HtmlSection, titled: boolean): Html {
  if (!titled)
    return html`<section id="${id}">
${body}
</section>
`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

/** A table; a title that ends in `>` is aligned to the right. The first cell of a row is its head. */
export function htmlTable(head: readonly string[], rows: readonly (readonly HtmlPart[])[]): Html {
  const numeric = head.map((title) => title.endsWith('>'));
  const align = (column: number) => (numeric[column] ? html` class="number"` : null);
  return html`<div class="wide"><table>
<thead><tr>${head.map((title, at) => html`<th scope="col"${align(at)}>${title.replace(/>$/, '')}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr>${row.map((cell, at) =>
    at === 0 ? html`<th scope="row"${align(at)}>${cell}</th>` : html`<td${align(at)}>${cell}</td>`,
  )}</tr>
`,
)}</tbody>
</table></div>`;
}

/** Names and what belongs to them. */
export function htmlFacts(facts: readonly (readonly [string, HtmlPart])[]): Html {
  return html`<dl>
${facts.map(
  ([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>
`,
)}</dl>`;
}

/** Nothing when there are none. */
export function htmlList(lines: readonly HtmlPart[]): HtmlPart {
  if (lines.length === 0) return null;
  return html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>
`;
}

/** A chart with its caption; it scrolls where it is wider than the page. @param svg as it is drawn */
export function htmlFigure(svg: string, caption: HtmlPart): Html {
  return html`<figure>
<div class="wide">${new Html(svg)}</div>
<figcaption>${caption}</figcaption>
</figure>
`;
}

/** A verdict in its colour, with its sign. */
export function htmlVerdict(verdict: Verdict): Html {
  return html`<span class="verdict ${verdict}">${verdictMarks[verdict]} ${verdict}</span>`;
}
