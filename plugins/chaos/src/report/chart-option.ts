import { type ChartOption, chartFont, type Ink } from '@cqkd/harness';
import type { LineSeriesOption } from 'echarts/charts';
import type { ChaosResult, Sample, Timeline } from '../experiment/results.js';

/** Where things stand. Pixels. */
export interface ChartLayout {
  width: number;
  height: number;
  /** Upper edges of the two panels. */
  tops: [number, number];
  /** Names of the lines; null = the whole network. */
  lines: (string | null)[];
}

const width = 880;
const panelHeight = 150;
const left = 62;
const right = 24;
const legendRow = 24;
/** From one row of the legend to the next. */
const legendRowGap = 38;
/** A character of a legend, and what stands before and after it. */
const characterWidth = 7;
const legendItemRest = 54;
/** Of what is told of the recovery, all of which may stand left of it. Characters. */
const recoveredLength = 24;
/** Above the upper panel: what is marked, in two rows. */
const marksHeight = 40;
const panelGap = 26;
const axisHeight = 52;
/** Points are drawn as long as they don't run into one another. */
const mostPoints = 60;
const wholeNetwork = 'whole network';
/** Lines that lie on one another can still be told apart. */
const dashes: ('solid' | number[])[] = ['solid', [7, 5], [2, 3], [10, 4, 2, 4]];

export function chartLayout({ samples }: Timeline): ChartLayout {
  const lines = [...new Set(samples.map(({ side }) => side))];
  const legendWidth = lines.reduce(
    (sum, line) => sum + nameOf(line).length * characterWidth + legendItemRest,
    0,
  );
  const rows = Math.ceil(legendWidth / (width - left - right));
  const upper = legendRow + (rows - 1) * legendRowGap + marksHeight;
  const lower = upper + panelHeight + panelGap;
  return { width, height: lower + panelHeight + axisHeight, tops: [upper, lower], lines };
}

/** Two panels above one another with the same time: values read back, and recall. */
export function chartOption(result: ChaosResult, { tops, lines }: ChartLayout, ink: Ink): ChartOption {
  const { timeline } = result;
  const { samples } = timeline;
  const end = Math.max(1, timeline.fault?.to ?? 0, timeline.recoveredAt ?? 0, ...samples.map(({ at }) => at));
  const step = stepFor(end);
  const most = Math.ceil(end / step) * step;
  const percents = (sample: Sample) => sample.storePercent;
  const recalls = (sample: Sample) => (sample.recall === null ? null : sample.recall * 100);
  const least = leastOf(samples.flatMap((sample) => [percents(sample), recalls(sample)]));
  const text = { color: ink.soft, fontSize: 12, fontFamily: chartFont };
  const seriesOf = (panel: number, value: (sample: Sample) => number | null) =>
    lines.map((line, index) => {
      const points = samples.filter(({ side }) => side === line);
      const color =
        line === null ? ink.whole : (ink.sides[sideIndex(lines, index) % ink.sides.length] as string);
      const dash = line === null ? 'solid' : (dashes[sideIndex(lines, index) % dashes.length] as 'solid');
      return {
        type: 'line' as const,
        name: nameOf(line),
        xAxisIndex: panel,
        yAxisIndex: panel,
        data: broken(points).map(({ at, sample }) => [at, sample ? value(sample) : null]),
        color,
        lineStyle: { color, width: 2, type: dash },
        symbol: 'circle',
        symbolSize: 5,
        showSymbol: points.length <= mostPoints,
        silent: true,
        emphasis: { disabled: true },
        clip: false,
        z: 3,
      };
    });
  return {
    animation: false,
    backgroundColor: ink.ground,
    legend: {
      data: lines.map(nameOf),
      left: left - 5,
      right,
      top: 0,
      itemWidth: 26,
      itemHeight: 8,
      itemGap: 24,
      selectedMode: false,
      textStyle: { ...text, color: ink.text },
    },
    grid: tops.map((top) => ({ left, right, top, height: panelHeight, outerBoundsMode: 'none' as const })),
    xAxis: tops.map((_, panel) => ({
      type: 'value' as const,
      gridIndex: panel,
      min: 0,
      max: most,
      interval: step,
      name: panel === 1 ? 'seconds since the experiment began' : '',
      nameLocation: 'middle' as const,
      nameGap: 28,
      nameTextStyle: text,
      axisLabel: { ...text, show: panel === 1 },
      axisLine: { show: true, lineStyle: { color: ink.soft } },
      axisTick: { show: panel === 1, lineStyle: { color: ink.soft } },
      splitLine: { show: false },
      silent: true,
    })),
    yAxis: ['values read back', 'recall'].map((name, panel) => ({
      type: 'value' as const,
      gridIndex: panel,
      min: least,
      max: 100,
      interval: (100 - least) / (least === 80 ? 4 : 5),
      name,
      nameLocation: 'middle' as const,
      nameGap: 46,
      nameTextStyle: { ...text, color: ink.text },
      axisLabel: {
        ...text,
        formatter: (value: number) => (panel === 0 ? `${value} %` : (value / 100).toFixed(2)),
      },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: ink.grid } },
      silent: true,
    })),
    series: [
      ...seriesOf(0, percents),
      ...seriesOf(1, recalls),
      ...tops.map((_, panel) => marksOf(result, panel, most, ink)),
    ],
  };
}

/** Nothing is known between two phases: there the line breaks. */
function broken(points: readonly Sample[]): { at: number; sample?: Sample }[] {
  return points.flatMap((sample, index) => {
    const point = { at: sample.at, sample };
    const before = points[index - 1];
    return before && before.phase !== sample.phase ? [{ at: sample.at }, point] : [point];
  });
}

/** A line without points that holds what is marked in a panel; only the upper one says what it is. */
function marksOf(
  { fault: kind, timeline }: ChaosResult,
  panel: number,
  most: number,
  ink: Ink,
): LineSeriesOption {
  const { fault, recoveredAt } = timeline;
  const title = fault ? `${kind}, ${(fault.to - fault.from).toFixed(1)} s` : '';
  const late = recoveredAt !== null && recoveredAt > most * 0.85;
  const crowded = fault !== null && recoveredAt !== null && isCrowded(title, recoveredAt - fault.from, most);
  const label = { show: panel === 0, fontSize: 12, fontFamily: chartFont };
  return {
    type: 'line' as const,
    name: '',
    xAxisIndex: panel,
    yAxisIndex: panel,
    data: [],
    silent: true,
    emphasis: { disabled: true },
    markArea: {
      silent: true,
      z: 0,
      itemStyle: { color: ink.fault },
      label: { ...label, color: ink.text, position: [0, -16] },
      data: fault ? [[{ name: title, xAxis: fault.from }, { xAxis: fault.to }]] : [],
    },
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: ink.recovered, width: 1.5, type: 'solid' as const },
      label: {
        ...label,
        color: ink.recovered,
        position: 'end' as const,
        formatter: `whole again at ${recoveredAt?.toFixed(1)} s`,
        align: late ? ('right' as const) : ('center' as const),
        distance: crowded ? 22 : 5,
      },
      data: recoveredAt === null ? [] : [{ xAxis: recoveredAt }],
    },
  };
}

/** Whether what is told of the fault and of the recovery would run into one another on one line. */
function isCrowded(title: string, seconds: number, most: number): boolean {
  const pixels = (seconds / most) * (width - left - right);
  return pixels < (title.length + recoveredLength) * characterWidth;
}

/** Between two marks of the time, so that there are ten of them at most. */
function stepFor(end: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(end / 10));
  return ([1, 2, 5, 10].find((factor) => factor * magnitude * 10 >= end) ?? 10) * magnitude;
}

/** Where the percentages begin: as high as the lowest value allows. */
function leastOf(values: readonly (number | null)[]): number {
  const lowest = Math.min(100, ...values.filter((value) => value !== null));
  return [90, 80, 50].find((least) => lowest >= least + 0.5) ?? 0;
}

function nameOf(line: string | null): string {
  return line ?? wholeNetwork;
}

/** Which of the sides a line is, the whole network left out. */
function sideIndex(lines: readonly (string | null)[], index: number): number {
  return lines.slice(0, index).filter((line) => line !== null).length;
}
