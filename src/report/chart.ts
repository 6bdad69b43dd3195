import { type ChartLook, paletteStyle } from './chart-palette.js';
import type { ChartOption } from './draw-svg.js';
import { html, xmlText } from './html.js';

/** In single quotes: it goes into attributes, which ECharts does not escape. */
export const chartFont = `system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif`;

export interface ChartInit {
  /** Unlike any other of the page; letters, digits and dashes. */
  id: string;
  /** `page` is light or dark as the page is; `light` stands on white, wherever it is. */
  look: ChartLook;
  /** Pixels. */
  width: number;
  height: number;
  title: string;
  /** What the chart shows, for those who do not see it. */
  description: string;
}

/** A chart as SVG, drawn by Apache ECharts without a browser; that is loaded when it is first asked for. */
export async function drawChart(option: ChartOption, init: ChartInit): Promise<string> {
  const { id, look, width, height, title, description } = init;
  const { drawSvg } = await import('./draw-svg.js');
  const svg = xmlText(drawSvg(option, { width, height }));
  const opening = html`<svg id="${id}" role="img" aria-labelledby="${id}-title ${id}-description"`;
  const inside = html`<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
`;
  return svg
    .replace(/^<svg\b/, () => opening.text)
    .replace('>', () => `>\n${inside.text}${paletteStyle(id, look)}`)
    .trim();
}
