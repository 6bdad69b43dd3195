import type { ChartInit } from '@cqkd/harness';
import type { Curve } from '../measurement.js';
import { lineChart } from './line-chart.js';
import { formatFigure } from './units.js';

/** Marks that a logarithmic axis has at most where they are those of the points. */
const mostTicks = 8;

/** One value against another; what is predicted is dashed. Null when there is nothing to draw. */
export async function curveChart(
  { title, x, y, lines }: Curve,
  { id, look }: Pick<ChartInit, 'id' | 'look'>,
): Promise<string | null> {
  const isLog = x.scale === 'log';
  const drawn = lines.map(({ name, kind, points }) => ({
    ...{ name, dashed: kind === 'predicted' },
    points: points.filter(([at]) => !isLog || at > 0),
  }));
  const places = [...new Set(drawn.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  return lineChart(
    {
      x: {
        title: x.title,
        scale: x.scale,
        format: (value) => formatFigure(value, x.unit),
        ...(isLog && places.length <= mostTicks && { ticks: places }),
      },
      y: { title: y.title, scale: 'linear', format: (value) => formatFigure(value, y.unit) },
      lines: drawn,
    },
    { id, look, title, description: lines.map((line) => describe(line, x, y)).join(' ') },
  );
}

function describe({ name, kind, points }: Curve['lines'][number], x: Curve['x'], y: Curve['y']): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return `${name}: no points.`;
  const at = ([place, value]: [number, number]) =>
    `${formatFigure(value, y.unit)} at ${formatFigure(place, x.unit)}`;
  return `${name}, ${kind}: from ${at(first)} to ${at(last)}.`;
}
