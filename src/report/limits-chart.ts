import { mostOf } from '../gate/limits.js';
import { metrics } from '../gate/metrics.js';
import type { VerifiedMetric, VerifyResult } from '../services/results.js';
import { type ChartInit, chartFont, drawChart } from './chart.js';
import { type Ink, inkOf } from './chart-palette.js';
import type { ChartOption } from './draw-svg.js';
import { formatValue } from './format.js';
import { verdictMarks } from './verdict.js';
import { limitText, measuredText, metricTitle } from './verify-view.js';

const width = 880;
const rowHeight = 56;
const barHeight = 14;
/** From the upper edge of a row to its bar: what says the target stands there. */
const barTop = 20;
const left = 196;
const right = 128;
const fontSize = 12;
/** Room beyond what is shown, as a share of it. */
const margin = 0.15;

/**
 * Each metric that has a limit as a bar against its target and threshold, on a scale of its own; of a soak the mean, with
 * a line from the lowest to the highest. Null when there is none.
 */
export async function limitsChart(
  result: VerifyResult,
  { id, look }: Pick<ChartInit, 'id' | 'look'>,
): Promise<string | null> {
  const rows = result.metrics.filter(
    ({ value, target, threshold }) => value !== null && (target !== null || threshold !== null),
  );
  if (rows.length === 0) return null;
  return drawChart(optionOf(rows, inkOf(look)), {
    ...{ id, look, width, height: rows.length * rowHeight },
    title: `What was measured of ${result.network}, against targets and thresholds`,
    description: rows.map((metric) => `${measuredText(metric)}: ${metric.status}.`).join(' '),
  });
}

function optionOf(rows: readonly VerifiedMetric[], ink: Ink): ChartOption {
  const text = { color: ink.text, fontSize, fontFamily: chartFont };
  const bare = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };
  return {
    animation: false,
    backgroundColor: ink.ground,
    grid: rows.map((_, row) => ({
      ...{ left, right, top: row * rowHeight + barTop, height: barHeight },
      outerBoundsMode: 'none' as const,
    })),
    xAxis: rows.map((metric, row) => {
      const [min, max] = scaleOf(metric);
      return {
        ...{ type: 'value' as const, gridIndex: row, min, max, interval: max - min, ...bare, silent: true },
        axisLabel: {
          ...{ ...text, color: ink.soft, fontSize: 10, margin: 4, alignMinLabel: 'left' as const },
          formatter: (value: number) => (value === min ? formatValue(min, metric.unit) : ''),
        },
      };
    }),
    yAxis: rows.flatMap((metric, row) =>
      (['left', 'right'] as const).map((position) => ({
        ...{ type: 'category' as const, gridIndex: row, position, ...bare, silent: true },
        data: [position === 'left' ? metricTitle(metric) : valueText(metric)],
        axisLabel: { ...text, ...(position === 'right' && { color: ink.verdicts[metric.status] }) },
      })),
    ),
    series: rows.map((metric, row) => {
      const color = ink.verdicts[metric.status];
      return {
        ...{ type: 'bar' as const, xAxisIndex: row, yAxisIndex: 2 * row, barWidth: barHeight, silent: true },
        data: [metric.value],
        itemStyle: { color },
        showBackground: true,
        backgroundStyle: { color: ink.grid },
        clip: true,
        markLine: {
          ...{ silent: true, symbol: 'none', animation: false },
          data: [...limitLines(metric, ink), ...spreadLine(metric, ink)],
        },
      };
    }),
  };
}

function valueText({ value, unit, status }: VerifiedMetric): string {
  return `${formatValue(value, unit)}  ${verdictMarks[status]} ${status}`;
}

/** Two marks that don't run into one another: the target says so above the bar, the threshold below. */
function limitLines({ id, target, threshold }: VerifiedMetric, ink: Ink) {
  const line = (xAxis: number, name: string, position: 'start' | 'end', type: 'solid' | 'dashed') => ({
    xAxis,
    lineStyle: { color: ink.text, width: 1.5, type },
    label: {
      ...{ show: true, position, distance: 3, color: ink.soft, fontSize: 10, fontFamily: chartFont },
      formatter: `${name} ${limitText(id, xAxis)}`,
    },
  });
  return [
    ...(target === null ? [] : [line(target, 'target', 'end', 'dashed')]),
    ...(threshold === null ? [] : [line(threshold, 'threshold', 'start', 'solid')]),
  ];
}

function spreadLine({ spread }: VerifiedMetric, ink: Ink) {
  if (!spread || spread.min === null || spread.max === null || spread.min === spread.max) return [];
  const end = (value: number) => ({
    coord: [value, 0],
    lineStyle: { color: ink.text, width: 2, type: 'solid' as const },
    label: { show: false },
  });
  return [[end(spread.min), end(spread.max)] as [ReturnType<typeof end>, ReturnType<typeof end>]];
}

/** From 0 where less is better; else up to the best there is, from a little below the worst that is shown. */
function scaleOf({ id, value, target, threshold, spread }: VerifiedMetric): [min: number, max: number] {
  const shown = [value, target, threshold, spread?.min, spread?.max].filter(
    (each) => typeof each === 'number',
  );
  if (metrics[id].better === 'lower') return [0, Math.max(...shown) * (1 + margin) || 1];
  const most = mostOf(id);
  const max = Number.isFinite(most) ? most : Math.max(...shown) * (1 + margin);
  const span = (max - Math.min(...shown)) * 1.6 || max * margin;
  return [Math.max(0, max - span), max];
}
