import type { Verdict } from '../gate/gate.js';
import { mostOf } from '../gate/limits.js';
import { type MetricId, type MetricUnit, metrics } from '../gate/metrics.js';
import type { VerifiedMetric } from '../services/results.js';
import { type ChartInit, chartFont, drawChart } from './chart.js';
import { type Ink, inkOf } from './chart-palette.js';
import type { ChartOption } from './draw-svg.js';
import { formatMoment, formatValue } from './format.js';

const width = 880;
const panelsInRow = 2;
const panelHeight = 96;
const rowHeight = 168;
const titleHeight = 30;
const left = 66;
const gap = 84;
const right = 24;
const panelWidth = (width - left - gap - right) / panelsInRow;
const fontSize = 12;
/** Points are drawn as long as they don't run into one another; those that failed always are. */
const mostPoints = 60;

/** What was measured at some moment: by a run, or in a round of a soak. */
export interface TrendPoint {
  /** Milliseconds since the epoch. */
  at: number;
  metrics: readonly { id: MetricId; value: number | null; status: Verdict }[];
}

/** The limits that a metric is held against now. */
type Limits = Pick<VerifiedMetric, 'id' | 'target' | 'threshold'>;

/**
 * Each metric as a line over several runs or rounds, with its limits where they lie within what is shown.
 *
 * @param points oldest first
 * @returns null where no metric was measured twice
 */
export async function trendChart(
  limits: readonly Limits[],
  points: readonly TrendPoint[],
  { id, look, title }: Pick<ChartInit, 'id' | 'look' | 'title'>,
): Promise<string | null> {
  const panels = limits.filter((limit) => valuesOf(limit.id, points).length > 1);
  if (panels.length === 0) return null;
  const rows = Math.ceil(panels.length / panelsInRow);
  return drawChart(optionOf(panels, points, inkOf(look)), {
    ...{ id, look, title, width, height: rows * rowHeight },
    description: panels.map((panel) => describe(panel.id, points)).join(' '),
  });
}

function optionOf(panels: readonly Limits[], points: readonly TrendPoint[], ink: Ink): ChartOption {
  const text = { color: ink.soft, fontSize: 11, fontFamily: chartFont };
  const place = (panel: number) => ({
    left: left + (panel % panelsInRow) * (panelWidth + gap),
    top: Math.floor(panel / panelsInRow) * rowHeight + titleHeight,
  });
  const ranges = panels.map((panel) => rangeOf(panel, points));
  const times = points.map(({ at }) => formatMoment(new Date(at)));
  return {
    animation: false,
    backgroundColor: ink.ground,
    title: panels.map(({ id }, panel) => ({
      text: metrics[id].title,
      left: place(panel).left - 4,
      top: place(panel).top - titleHeight + 2,
      textStyle: { color: ink.text, fontSize, fontWeight: 'bold' as const, fontFamily: chartFont },
    })),
    grid: panels.map((_, panel) => ({
      ...{ ...place(panel), width: panelWidth, height: panelHeight },
      outerBoundsMode: 'none' as const,
    })),
    xAxis: panels.map((_, panel) => ({
      ...{ type: 'category' as const, gridIndex: panel, data: times, silent: true },
      axisLabel: {
        ...{ ...text, interval: Math.max(0, times.length - 2), margin: 8 },
        ...{ alignMinLabel: 'left' as const, alignMaxLabel: 'right' as const },
      },
      axisLine: { lineStyle: { color: ink.soft } },
      axisTick: { show: false },
      boundaryGap: false,
    })),
    yAxis: panels.map(({ id }, panel) => {
      const [min, max] = ranges[panel] as [number, number];
      return {
        ...{ type: 'value' as const, gridIndex: panel, min, max, interval: (max - min) / 2, silent: true },
        axisLabel: { ...text, formatter: (value: number) => formatValue(value, metrics[id].unit) },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: ink.grid } },
      };
    }),
    series: panels.map((panel, index) => ({
      ...{ type: 'line' as const, xAxisIndex: index, yAxisIndex: index, silent: true, clip: false, z: 3 },
      data: points.map((point) => {
        const metric = point.metrics.find(({ id }) => id === panel.id);
        const status = metric?.status ?? 'pass';
        const isShown = points.length <= mostPoints || status === 'fail' || status === 'unknown';
        const itemStyle = { color: ink.verdicts[status] };
        return { value: metric?.value ?? null, itemStyle, symbolSize: isShown ? 6 : 0 };
      }) as { value: number }[],
      lineStyle: { color: ink.sides[0] as string, width: 2 },
      symbol: 'circle',
      showAllSymbol: true,
      emphasis: { disabled: true },
      markLine: {
        ...{ silent: true, symbol: 'none', animation: false },
        label: { show: false },
        data: limitsWithin(panel, ranges[index] as [number, number]).map(({ yAxis, type }) => ({
          yAxis,
          lineStyle: { color: ink.soft, width: 1.5, type },
        })),
      },
    })),
  };
}

function valuesOf(id: MetricId, points: readonly TrendPoint[]): number[] {
  return points.flatMap((point) => point.metrics.find((metric) => metric.id === id)?.value ?? []);
}

/** What hardly changes is shown as that: an axis spans at least this share of the highest value. */
const leastSpan = 0.02;

/** What the values take, with room around them; a limit that is near is within. */
function rangeOf({ id, target, threshold }: Limits, points: readonly TrendPoint[]): [number, number] {
  const values = valuesOf(id, points);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const span = Math.max(highest - lowest, highest * leastSpan, 4 * precisions[metrics[id].unit]);
  const near = [target, threshold].filter(
    (limit) => limit !== null && limit > lowest - span && limit < highest + span,
  ) as number[];
  const min = Math.min(lowest, ...near) - span * 0.15;
  const max = Math.max(highest, ...near) + span * 0.15;
  return [Math.max(0, min), Math.min(mostOf(id), max)];
}

/** The smallest difference that values show when they are written. */
const precisions: Record<MetricUnit, number> = {
  s: 0.01,
  bytes: 10_000,
  percent: 0.01,
  ms: 0.01,
  ratio: 0.0001,
  count: 0.01,
};

function limitsWithin({ target, threshold }: Limits, [min, max]: [number, number]) {
  const lines = [
    { yAxis: target, type: 'dashed' as const },
    { yAxis: threshold, type: 'solid' as const },
  ];
  return lines.filter(
    (line): line is { yAxis: number } & typeof line =>
      line.yAxis !== null && line.yAxis >= min && line.yAxis <= max,
  );
}

function describe(id: MetricId, points: readonly TrendPoint[]): string {
  const values = valuesOf(id, points);
  const { unit, title } = metrics[id];
  const [first, last] = [values[0] as number, values.at(-1) as number];
  const range = `between ${formatValue(Math.min(...values), unit)} and ${formatValue(Math.max(...values), unit)}`;
  return `${title}: from ${formatValue(first, unit)} to ${formatValue(last, unit)}, ${range}.`;
}
