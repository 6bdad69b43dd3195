import { type ChartInit, type ChartOption, chartFont, drawChart, type Ink, inkOf } from '@cqkd/harness';

/** A line of a chart; one that is predicted is dashed. */
export interface ChartLine {
  name: string;
  dashed: boolean;
  points: readonly (readonly [x: number, y: number])[];
}

export interface ChartAxis {
  title: string;
  scale: 'linear' | 'log';
  format: (value: number) => string;
  /** Where a label may stand; else it is found. */
  ticks?: readonly number[];
}

/** Lines over one plane. */
export interface LinePlot {
  x: ChartAxis;
  y: ChartAxis;
  lines: readonly ChartLine[];
}

const width = 880;
const plotHeight = 250;
const left = 92;
const right = 34;
const axisHeight = 56;
const legendTop = 4;
const legendRow = 26;
/** A character of a legend, and what stands beside it. */
const characterWidth = 7;
const legendItemRest = 56;
const fontSize = 12;
/** Points are marked as long as they don't run into one another. */
const mostPoints = 24;
/** Of lines that share a colour. */
const dashes: ('solid' | number[])[] = ['solid', [2, 3], [10, 4, 2, 4]];

/** Draws it as SVG; null when no line has two points. */
export async function lineChart(
  { x, y, lines: given }: LinePlot,
  { id, look, title, description }: Omit<ChartInit, 'width' | 'height'>,
): Promise<string | null> {
  const lines = given.filter(({ points }) => points.length > 1);
  if (lines.length === 0) return null;
  const top = 18 + legendHeight(lines);
  return drawChart(optionOf({ x, y, lines }, top, inkOf(look)), {
    ...{ id, look, title, description, width, height: top + plotHeight + axisHeight },
  });
}

function legendHeight(lines: readonly ChartLine[]): number {
  const taken = lines.reduce((sum, { name }) => sum + name.length * characterWidth + legendItemRest, 0);
  return lines.length < 2 ? 0 : Math.ceil(taken / (width - left - right)) * legendRow;
}

function optionOf({ x, y, lines }: LinePlot, top: number, ink: Ink): ChartOption {
  const text = { color: ink.soft, fontSize, fontFamily: chartFont };
  const series = lines.map((line, index) => seriesOf(line, index, lines, ink));
  return {
    animation: false,
    backgroundColor: ink.ground,
    legend: {
      show: lines.length > 1,
      data: series.map(({ name }) => name),
      ...{ left: left - 5, right, top: legendTop, itemWidth: 30, itemHeight: 8, itemGap: 20 },
      selectedMode: false,
      textStyle: { ...text, color: ink.text },
    },
    grid: { left, right, top, height: plotHeight, outerBoundsMode: 'none' as const },
    xAxis: {
      ...axisOf(x, valuesOf(lines, 0), text),
      nameGap: 32,
      axisLine: { show: true, onZero: false, lineStyle: { color: ink.soft } },
      axisTick: {
        show: true,
        lineStyle: { color: ink.soft },
        ...(x.ticks && { customValues: [...x.ticks] }),
      },
      splitLine: { show: false },
    },
    yAxis: {
      ...axisOf(y, valuesOf(lines, 1), text),
      nameGap: 68,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: ink.grid } },
    },
    series,
  };
}

function axisOf({ title, scale, format, ticks }: ChartAxis, values: number[], text: object) {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const shared = {
    ...{ name: title, nameLocation: 'middle' as const, nameTextStyle: text, silent: true },
    axisLabel: { ...text, formatter: format, hideOverlap: true, ...(ticks && { customValues: [...ticks] }) },
  };
  if (scale === 'log')
    return { ...shared, type: 'log' as const, ...(ticks && { min: lowest, max: highest }) };
  const min = lowest > highest * 0.8 ? undefined : Math.min(0, lowest);
  return { ...shared, type: 'value' as const, scale: true, ...(min !== undefined && { min }) };
}

function seriesOf(line: ChartLine, index: number, lines: readonly ChartLine[], ink: Ink) {
  const { name, dashed, points } = line;
  // A prediction has the colour of what it predicts.
  const place = dashed ? sameName(line, lines) : solidIndex(lines, index);
  const color = ink.sides[place % ink.sides.length] as string;
  const type = dashed ? [7, 5] : dashes[Math.floor(place / ink.sides.length) % dashes.length];
  return {
    ...{ type: 'line' as const, name, color, silent: true, z: dashed ? 2 : 3, clip: false },
    data: points.map((point) => [...point]),
    lineStyle: { color, width: 2, type: type as 'solid' },
    symbol: dashed ? 'diamond' : 'circle',
    symbolSize: dashed ? 8 : 6,
    showSymbol: points.length <= mostPoints,
    emphasis: { disabled: true },
  };
}

/** Which of the measured lines it is. */
function solidIndex(lines: readonly ChartLine[], index: number): number {
  return lines.slice(0, index).filter(({ dashed }) => !dashed).length;
}

/** The measured line whose name a prediction has too, or else its own place among the predictions. */
function sameName(line: ChartLine, lines: readonly ChartLine[]): number {
  const solid = lines.filter(({ dashed }) => !dashed);
  const same = solid.findIndex(({ name }) => line.name.startsWith(name));
  const place = lines.filter(({ dashed }) => dashed).indexOf(line);
  return same >= 0 ? same : place;
}

function valuesOf(lines: readonly ChartLine[], at: 0 | 1): number[] {
  return lines.flatMap(({ points }) => points.map((point) => point[at]));
}
