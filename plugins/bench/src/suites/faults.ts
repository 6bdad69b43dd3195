import type { Curve } from '../measurement.js';
import type { Point, Sample } from '../method/sample.js';
import { median } from '../method/statistics.js';
import { killed } from '../work/killed.js';
import { higher, told } from './figures.js';
import { processSuite } from './in-processes.js';

/** What readers of the values are judged by. Percent. */
const judged = [20, 50];

export const faults = processSuite({
  id: 'faults',
  title: 'Faults',
  about: 'Reads right after nodes have closed without a word, from none of them to half.',
  seconds: 18,
  noise: 0.02,
  work: 'faults',
  repetitions: { min: 4, max: 6 },
  figures: killed.flatMap((percent) => {
    const success = [`success_${percent}`, `Values read, ${percent} % killed`, 'percent'] as const;
    return [
      ...(judged.includes(percent) ? higher(null, success) : told(success)),
      ...told([`p95_${percent}`, `Read, p95, ${percent} % killed`, 'ms']),
    ];
  }),
  histograms: killed.map((percent) => ({
    id: `read_${percent}`,
    title: `Read, ${percent} % of the nodes killed`,
    unit: 'ms',
  })),
  curves: (samples) => [
    curveOf(samples, 'success', 'Values read, against the share of nodes killed', 'Values read', 'percent'),
    curveOf(samples, 'slowest', 'Read, p95, against the share of nodes killed', 'Read, p95', 'ms'),
  ],
});

function curveOf(
  samples: readonly Sample[],
  id: string,
  title: string,
  what: string,
  unit: 'percent' | 'ms',
): Curve {
  const points = killed.map((percent): Point => {
    const all = samples.flatMap(({ curves }) => curves[id]?.find(([x]) => x === percent)?.[1] ?? []);
    return [percent, median(all)];
  });
  return {
    id: `faults.${id}`,
    title,
    x: { title: 'Nodes killed', unit: 'percent', scale: 'linear' },
    y: { title: what, unit },
    lines: [{ name: what, kind: 'measured', points }],
  };
}
