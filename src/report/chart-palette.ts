import type { Verdict } from '../gate/gate.js';

/** `page` is light or dark as the page is; `light` stands on white, wherever it is. */
export type ChartLook = 'page' | 'light';

/** Colours of a chart as SVG takes them. */
export interface Ink {
  text: string;
  soft: string;
  grid: string;
  ground: string;
  fault: string;
  recovered: string;
  verdicts: Record<Verdict, string>;
  /** Of the whole network. */
  whole: string;
  /** Of side after side, again from the first when they run out. */
  sides: string[];
}

/** Each with its light and its dark tone; the sides' differ in lightness too, for those who see few colours. */
const tones: Record<string, readonly [light: string, dark: string]> = {
  text: ['#1b1f24', '#e6e9ed'],
  soft: ['#57606a', '#9aa4af'],
  grid: ['#e4e8ec', '#2a323b'],
  fault: ['#fbe3dc', '#3a211d'],
  recovered: ['#116329', '#5bc27a'],
  pass: ['#116329', '#5bc27a'],
  warn: ['#9a6700', '#e0b050'],
  fail: ['#b3261e', '#ff8a80'],
  unknown: ['#6e40aa', '#c3a2f2'],
  whole: ['#57606a', '#a9b4c0'],
  'side-0': ['#0b62c4', '#6cb0ff'],
  'side-1': ['#d9580d', '#ff9d5c'],
  'side-2': ['#0f7b6c', '#4fd1bd'],
  'side-3': ['#8b3fb8', '#cf9bf5'],
  'side-4': ['#8a6d00', '#e3c64f'],
  'side-5': ['#b4235a', '#ff8db4'],
};

export function inkOf(look: ChartLook): Ink {
  const tone = (name: string) =>
    look === 'light' ? lightOf(name) : `var(--chart-${name}, ${lightOf(name)})`;
  const sides = Object.keys(tones).filter((name) => name.startsWith('side-'));
  return {
    text: tone('text'),
    soft: tone('soft'),
    grid: tone('grid'),
    ground: look === 'light' ? '#ffffff' : 'transparent',
    fault: tone('fault'),
    recovered: tone('recovered'),
    verdicts: { pass: tone('pass'), warn: tone('warn'), fail: tone('fail'), unknown: tone('unknown') },
    whole: tone('whole'),
    sides: sides.map(tone),
  };
}

/** The dark tones, for those who read in the dark, but not on paper. */
export function paletteStyle(id: string, look: ChartLook): string {
  if (look === 'light') return '';
  const dark = Object.entries(tones).map(([name, [, tone]]) => `--chart-${name}:${tone}`);
  return `<style>@media screen and (prefers-color-scheme: dark) { #${id} { ${dark.join(';')} } }</style>\n`;
}

function lightOf(name: string): string {
  return (tones[name] as readonly [string, string])[0];
}
