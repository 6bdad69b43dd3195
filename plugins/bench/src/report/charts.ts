import type { ChartLook } from '@cqkd/harness';
import type { LatencyHistogram, SuiteResult } from '../measurement.js';
import { curveChart } from './curve-chart.js';
import { percentileChart } from './percentile-chart.js';
import { curveTable, percentilesTable, type ReportTable } from './tables.js';

/** A chart of a suite, with all its values for those who would rather read them. */
export interface SuiteChart {
  title: string;
  caption: string;
  svg: string;
  table: ReportTable;
}

const percentileCaption =
  'How long the given share of all took at most. Each mark to the right leaves out the slowest of those before it.';
const measuredCaption = 'Each point was measured.';
const predictedCaption = 'Each point of a solid line was measured; what is dashed was computed from others.';

/** The latencies of a suite, then its curves. @param id of the suite on its page; letters, digits and dashes */
export async function suiteCharts(suite: SuiteResult, id: string, given: ChartLook): Promise<SuiteChart[]> {
  const charts: SuiteChart[] = [];
  for (const [index, histograms] of groupsOf(suite.histograms).entries()) {
    const title = histograms.length === 1 ? `Latency: ${histograms[0]?.title}` : 'Latencies';
    const look = { id: `${id}-latency-${index + 1}`, look: given, title: `${title} (${suite.title})` };
    const svg = await percentileChart(histograms, look);
    if (svg) charts.push({ title, caption: percentileCaption, svg, table: percentilesTable(histograms) });
  }
  for (const [index, curve] of suite.curves.entries()) {
    const svg = await curveChart(curve, { id: `${id}-curve-${index + 1}`, look: given });
    const isPredicted = curve.lines.some(({ kind }) => kind === 'predicted');
    const caption = isPredicted ? predictedCaption : measuredCaption;
    if (svg) charts.push({ title: curve.title, caption, svg, table: curveTable(curve) });
  }
  return charts;
}

/** Those that can stand on one axis. */
function groupsOf(histograms: readonly LatencyHistogram[]): LatencyHistogram[][] {
  const units = [...new Set(histograms.map(({ unit }) => unit))];
  return units.map((unit) => histograms.filter((each) => each.unit === unit));
}
