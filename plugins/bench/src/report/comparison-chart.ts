import { type ChartInit, type ChartOption, chartFont, drawChart, type Ink, inkOf } from '@cqkd/harness';
import type { BenchResult, ComparedMeasurement, Comparison } from '../measurement.js';
import { verdictText } from './tables.js';
import { formatRatio } from './units.js';
import { comparedColours } from './verdict-view.js';
import { titlesOf } from './view.js';

const width = 880;
const rowHeight = 24;
const barHeight = 11;
const left = 290;
const right = 176;
const top = 12;
const axisHeight = 44;
const fontSize = 12;
/** Marks of the scale, those of them that lie within it. */
const marks = [0.01, 0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2, 4, 10, 100];
/** The scale reaches at least this far to both sides, and at most so far. */
const leastReach = Math.log(1.12);
const mostReach = Math.log(120);
const mostMarks = 7;

/**
 * After / before of every figure as a bar from 1 to its ratio, on a logarithmic scale so that twice and half are as far
 * away, with a line over its interval, in the colour of its verdict; null when no figure was compared.
 */
export async function comparisonChart(
  result: BenchResult,
  comparison: Comparison,
  { id, look }: Pick<ChartInit, 'id' | 'look'>,
): Promise<string | null> {
  const rows = comparison.measurements.filter(({ ratio }) => ratio > 0);
  if (rows.length === 0) return null;
  const titleOf = titlesOf(result);
  const named = rows.map((row) => ({ ...row, title: titleOf(row.id) }));
  return drawChart(optionOf(named, comparison.limitPercent, inkOf(look)), {
    ...{ id, look, width, height: top + rows.length * rowHeight + axisHeight },
    title: 'Each figure against what it was before',
    description: named
      .map(({ title, ratio, verdict }) => `${title}: ${formatRatio(ratio)}, ${verdict}.`)
      .join(' '),
  });
}

interface Row extends ComparedMeasurement {
  title: string;
}

function optionOf(rows: readonly Row[], limitPercent: number, ink: Ink): ChartOption {
  const reach = reachOf(rows, limitPercent);
  const ticks = ticksWithin(reach);
  const text = { color: ink.text, fontSize, fontFamily: chartFont };
  const bare = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };
  const titles = rows.map(({ title }) => title);
  const upright = (at: number, color: string, type: 'solid' | 'dashed') => ({
    xAxis: at,
    lineStyle: { color, width: 1, type },
  });
  const scale = [
    ...ticks.map((tick) => upright(tick, ink.grid, 'solid')),
    ...limitsOf(limitPercent).map((at) => upright(at, ink.soft, 'dashed')),
    upright(0, ink.soft, 'solid'),
  ];
  return {
    animation: false,
    backgroundColor: ink.ground,
    grid: { left, right, top, height: rows.length * rowHeight, outerBoundsMode: 'none' as const },
    xAxis: {
      ...{ type: 'value' as const, min: -reach, max: reach, silent: true, ...bare },
      ...{ name: 'after / before', nameLocation: 'middle' as const, nameGap: 26 },
      nameTextStyle: { ...text, color: ink.soft },
      axisLabel: {
        ...{ ...text, color: ink.soft, fontSize: 11, customValues: ticks },
        formatter: (value: number) => String(Number(Math.exp(value).toPrecision(3))),
      },
    },
    yAxis: [
      {
        ...{ type: 'category' as const, inverse: true, data: titles, silent: true, ...bare },
        axisLabel: { ...text, interval: 0, width: left - 24, overflow: 'truncate' as const },
      },
      {
        ...{ type: 'category' as const, inverse: true, position: 'right' as const, silent: true, ...bare },
        data: rows.map((row) => ({
          value: `${formatRatio(row.ratio)}  ${verdictText(row)}`,
          textStyle: { color: toneOf(row, ink) },
        })),
        axisLabel: { ...text, interval: 0 },
      },
    ],
    series: [
      { ...barsOf([], 1), markLine: marksOf(scale, 1) },
      {
        ...barsOf(
          rows.map((row) => ({
            value: clamp(Math.log(row.ratio), reach),
            itemStyle: { color: toneOf(row, ink) },
          })),
          3,
        ),
        markLine: marksOf(
          rows.flatMap((row, index) => whiskerOf(row, index, reach, ink)),
          4,
        ),
      },
    ],
  };
}

function barsOf<Bar>(data: Bar[], z: number) {
  return { type: 'bar' as const, silent: true, barWidth: barHeight, barGap: '-100%', z, data };
}

/** @param data lines over the plot: those of the scale lie below the bars, those of the intervals above */
function marksOf<Mark>(data: Mark[], z: number) {
  return { z, silent: true, symbol: 'none', animation: false, label: { show: false }, data };
}

/** A line over the interval of a ratio. */
function whiskerOf({ interval }: Row, index: number, reach: number, ink: Ink) {
  if (interval === null || interval[1] <= 0) return [];
  const end = (ratio: number) => ({
    coord: [clamp(ratio > 0 ? Math.log(ratio) : -reach, reach), index],
    lineStyle: { color: ink.text, width: 1.5, type: 'solid' as const },
  });
  return [[end(interval[0]), end(interval[1])] as [ReturnType<typeof end>, ReturnType<typeof end>]];
}

function toneOf(row: Row, ink: Ink): string {
  const verdict = comparedColours[row.verdict];
  return verdict ? ink.verdicts[verdict] : ink.whole;
}

/** Where a figure has become worse by as much as it may: less is worse for some, more for others. */
function limitsOf(limitPercent: number): number[] {
  const share = limitPercent / 100;
  return [...(share < 1 ? [Math.log(1 - share)] : []), Math.log(1 + share)];
}

function reachOf(rows: readonly Row[], limitPercent: number): number {
  const ends = rows.flatMap(({ ratio, interval }) => [ratio, ...(interval ?? [])]);
  const distances = [...ends.filter((end) => end > 0).map(Math.log), ...limitsOf(limitPercent)].map(Math.abs);
  return Math.min(mostReach, Math.max(leastReach, ...distances) * 1.08);
}

/** So few that their labels don't touch; 1 is always one of them. */
function ticksWithin(reach: number): number[] {
  const all = marks.map((mark) => Math.log(mark)).filter((at) => Math.abs(at) <= reach);
  const gap = (2 * reach) / mostMarks;
  const kept = [0];
  for (const at of all.sort((a, b) => Math.abs(a) - Math.abs(b)))
    if (kept.every((each) => Math.abs(each - at) >= gap * 0.75)) kept.push(at);
  return kept.sort((a, b) => a - b);
}

function clamp(value: number, reach: number): number {
  return Math.max(-reach, Math.min(reach, value));
}
