import type {
  BenchResult,
  ComparedMeasurement,
  Curve,
  LatencyHistogram,
  SuiteResult,
} from '../measurement.js';
import { formatFigure, formatHalfWidth, formatRatio, formatRatioInterval, percentileName } from './units.js';
import { comparedMarks } from './verdict-view.js';
import { titlesOf } from './view.js';

/** A table of a report; titles that end in `>` are aligned to the right. */
export interface ReportTable {
  title: string;
  head: string[];
  rows: string[][];
}

/** What a suite has measured; null when that is nothing. */
export function figuresTable({ measurements }: SuiteResult): ReportTable | null {
  if (measurements.length === 0) return null;
  return {
    title: 'Figures',
    head: ['figure', 'mean>', '95 %>', 'values>', 'better'],
    rows: measurements.map((measurement) => [
      measurement.title,
      formatFigure(measurement.mean, measurement.unit),
      formatHalfWidth(measurement),
      String(measurement.values.length),
      measurement.better ?? '-',
    ]),
  };
}

/** Percentiles that are told of each histogram. */
const told = [50, 95, 99] as const;

/** How long things took; null when no histogram was kept. */
export function latenciesTable({ histograms }: SuiteResult): ReportTable | null {
  if (histograms.length === 0) return null;
  return {
    title: 'Latencies',
    head: ['latency', ...told.map((percentile) => `${percentileName(percentile)}>`), 'max>', 'count>'],
    rows: histograms.map((histogram) => [
      histogram.title,
      ...told.map((percentile) => valueAt(histogram, percentile)),
      formatFigure(histogram.max, histogram.unit),
      formatFigure(histogram.count, 'count'),
    ]),
  };
}

/** All percentiles of several histograms, one a column. */
export function percentilesTable(histograms: readonly LatencyHistogram[]): ReportTable {
  const all = histograms.flatMap(({ percentiles }) => percentiles.map(([percentile]) => percentile));
  const rows = [...new Set(all)].sort((a, b) => a - b);
  return {
    title: 'All percentiles',
    head: ['percentile', ...histograms.map(({ title }) => `${title}>`)],
    rows: rows.map((percentile) => [
      percentileName(percentile),
      ...histograms.map((histogram) => valueAt(histogram, percentile)),
    ]),
  };
}

/** All points of a curve. */
export function curveTable({ x, y, lines }: Curve): ReportTable {
  const all = lines.flatMap(({ points }) => points.map(([at]) => at));
  return {
    title: 'All points',
    head: [`${x.title}>`, ...lines.map(({ name }) => `${name}>`)],
    rows: [...new Set(all)]
      .sort((a, b) => a - b)
      .map((at) => [
        formatFigure(at, x.unit),
        ...lines.map(({ points }) => {
          const value = points.find(([each]) => each === at)?.[1];
          return value === undefined ? '-' : formatFigure(value, y.unit);
        }),
      ]),
  };
}

/** Where a row of it stands, to be marked by whoever draws it. */
export const comparisonHead = ['figure', 'before>', 'after>', 'ratio>', '99 %>', 'verdict'];

/** A line of the comparison, without its verdict. */
export function comparisonCells(result: BenchResult): (compared: ComparedMeasurement) => string[] {
  const titleOf = titlesOf(result);
  const units = new Map(
    result.suites.flatMap((suite) => suite.measurements.map(({ id, unit }) => [id, unit])),
  );
  return ({ id, before, after, ratio, interval }) => {
    const unit = units.get(id) ?? 'count';
    return [
      titleOf(id),
      formatFigure(before, unit),
      formatFigure(after, unit),
      formatRatio(ratio),
      formatRatioInterval(interval),
    ];
  };
}

/** The verdict on a figure, with its sign. */
export function verdictText({ verdict }: Pick<ComparedMeasurement, 'verdict'>): string {
  return `${comparedMarks[verdict]} ${verdict}`;
}

function valueAt({ percentiles, unit, count }: LatencyHistogram, percentile: number): string {
  const value = count === 0 ? undefined : percentiles.find(([each]) => each === percentile)?.[1];
  return value === undefined ? '-' : formatFigure(value, unit);
}
