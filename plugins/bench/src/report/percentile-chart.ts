import type { ChartInit } from '@cqkd/harness';
import type { LatencyHistogram } from '../measurement.js';
import { type ChartLine, lineChart } from './line-chart.js';
import { formatFigure, percentileName } from './units.js';

/** Percentiles that are marked, as far as there are values for them. */
const marked = [0, 50, 90, 95, 99, 99.9, 99.99, 99.999];
/** Named in the description. */
const described = [50, 95, 99];
/** From this ratio of the longest to the shortest on, the latencies stand on a logarithmic axis. */
const wideSpread = 40;

/**
 * Latencies against percentiles as HdrHistogram draws them: each step to the right leaves a tenth of the slowest. All
 * are of one unit. Null when there is nothing to draw.
 */
export async function percentileChart(
  histograms: readonly LatencyHistogram[],
  { id, look, title }: Pick<ChartInit, 'id' | 'look' | 'title'>,
): Promise<string | null> {
  const drawn = histograms.filter(({ count }) => count > 1);
  const unit = drawn[0]?.unit ?? 'ms';
  const lines = drawn.map(lineOf);
  const points = lines.flatMap((line) => line.points);
  const values = points.map(([, value]) => value);
  const furthest = Math.max(1, ...points.map(([x]) => x));
  const isWide = Math.min(...values) > 0 && Math.max(...values) > wideSpread * Math.min(...values);
  return lineChart(
    {
      x: {
        title: 'percentile',
        scale: 'log',
        format: (x) => percentileName(Number((100 - 100 / x).toFixed(4))),
        ticks: marked.map(placeOf).filter((x) => x <= furthest),
      },
      y: {
        title: isWide ? 'latency, logarithmic' : 'latency',
        scale: isWide ? 'log' : 'linear',
        format: (value) => formatFigure(value, unit),
      },
      lines,
    },
    { id, look, title, description: drawn.map(describe).join(' ') },
  );
}

/** Of a few values nothing can be told beyond one in so many. */
function lineOf({ title, count, percentiles }: LatencyHistogram): ChartLine {
  const points = new Map<number, number>();
  for (const [percentile, value] of percentiles) {
    const x = Math.min(count, percentile >= 100 ? count : placeOf(percentile));
    points.set(x, Math.max(value, points.get(x) ?? 0));
  }
  return { name: title, dashed: false, points: [...points] };
}

/** One in so many is slower. */
function placeOf(percentile: number): number {
  return Number((100 / (100 - percentile)).toPrecision(9));
}

function describe({ title, percentiles, unit, max }: LatencyHistogram): string {
  const figures = percentiles
    .filter(([percentile]) => described.includes(percentile))
    .map(([percentile, value]) => `${percentileName(percentile)} ${formatFigure(value, unit)}`);
  return `${title}: ${[...figures, `at most ${formatFigure(max, unit)}`].join(', ')}.`;
}
