import { type ChartInit, drawChart, inkOf } from '@cqkd/harness';
import type { ChaosResult } from '../experiment/results.js';
import { chartLayout, chartOption } from './chart-option.js';
import { percent, ratio } from './figures.js';
import { phasesOf, phaseTitles } from './phases.js';

/**
 * Values read back and recall against time as SVG, a line a side, with the fault's time shaded and the moment of
 * recovery marked; null when there is nothing to draw.
 */
export async function timelineChart(
  result: ChaosResult,
  { id, look }: Pick<ChartInit, 'id' | 'look'>,
): Promise<string | null> {
  const { samples } = result.timeline;
  if (samples.length === 0) return null;
  const layout = chartLayout(result.timeline);
  return drawChart(chartOption(result, layout, inkOf(look)), {
    ...{ id, look, title: titleOf(result), description: descriptionOf(result) },
    ...{ width: layout.width, height: layout.height },
  });
}

function titleOf({ fault, network }: ChaosResult): string {
  return `Values read back and recall of ${network} against time, before, during and after ${fault}`;
}

/** What the chart shows, for those who do not see it. */
function descriptionOf({ timeline }: ChaosResult): string {
  const { fault, recoveredAt } = timeline;
  return [
    ...(fault ? [`Fault on from ${fault.from.toFixed(1)} s to ${fault.to.toFixed(1)} s.`] : []),
    recoveredAt === null ? 'Recovery was not seen.' : `Whole again at ${recoveredAt.toFixed(1)} s.`,
    ...phasesOf(timeline).map(({ phase, side, recall, storePercent }) => {
      const figures = [
        ...(recall ? [`recall ${ratio(recall.mean)}`] : []),
        ...(storePercent ? [`values read back ${percent(storePercent.mean)}`] : []),
      ];
      return `${phaseTitles[phase]}, ${side ?? 'whole network'}: ${figures.join(', ') || 'not measured'}.`;
    }),
  ].join(' ');
}
