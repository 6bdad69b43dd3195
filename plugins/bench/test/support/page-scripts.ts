/** What is asked of a page in the browser: text, for the types of a browser are not known here. */

/** Colours of the page, of its text, and of the text of its first chart. */
export const colours = `(() => {
  const { backgroundColor: ground, color: ink } = getComputedStyle(document.body);
  return { ground, ink, chart: getComputedStyle(document.querySelector('figure svg text')).fill };
})()`;

export interface Colours {
  ground: string;
  ink: string;
  chart: string;
}

/** Each chart: its smaller side in pixels, shapes that can be seen, its title and description, values below it. */
export const charts = `[...document.querySelectorAll('figure svg')].map((svg) => {
  const { width, height } = svg.getBoundingClientRect();
  const shapes = [...svg.querySelectorAll('path')].filter((path) => path.getTotalLength() > 0).length;
  const texts = (svg.getAttribute('aria-labelledby') ?? '').split(' ');
  return {
    size: Math.min(width, height),
    shapes,
    texts: texts.map((id) => document.getElementById(id)?.textContent ?? ''),
    hasTable: !!svg.closest('figure').nextElementSibling?.querySelector('table'),
  };
})`;

export interface DrawnChart {
  size: number;
  shapes: number;
  texts: string[];
  hasTable: boolean;
}

/** Opens all that can be opened. @returns how wide the page is then, pixels */
export const widthWithAllOpen = `(() => {
  for (const each of document.querySelectorAll('details')) each.open = true;
  return document.documentElement.scrollWidth;
})()`;

/** Numbers all that has to be reached with the keyboard. @returns how many that are */
export const numberStops = `[...document.querySelectorAll('a, summary')].map((each, index) => {
  each.setAttribute('data-stop', String(index));
}).length`;

/** The number of what has the focus, null when it has none. */
export const stopInFocus = `document.activeElement?.getAttribute('data-stop') ?? null`;
