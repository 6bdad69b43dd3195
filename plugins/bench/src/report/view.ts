import { formatBytes, formatMoment, formatSeconds } from '@cqkd/harness';
import type { BenchResult, Comparison, SuiteResult } from '../measurement.js';
import { countsText } from './verdict-view.js';

export type Fact = readonly [name: string, text: string];

/** What was measured, when, and on what. */
export function factsOf({ at, seed, workers, seconds, machine, suites }: BenchResult): Fact[] {
  return [
    ['measured', formatMoment(new Date(at))],
    ['took', formatSeconds(seconds)],
    ['suites', suitesText(suites)],
    ['workers', String(workers)],
    ['seed', String(seed)],
    ['machine', machine.kind],
    ['Node.js', machine.nodeVersion],
    ['cores', String(machine.cores)],
    ['free memory', formatBytes(machine.memoryBytes)],
  ];
}

/** What it was compared with. */
export function comparisonFacts(comparison: Comparison): Fact[] {
  const { file, at, sameMachine, limitPercent } = comparison;
  return [
    ['compared with', `${file}, measured ${formatMoment(new Date(at))}`],
    [
      'machine',
      sameMachine ? 'of the same kind' : 'of another kind: only what is calibrated can be compared',
    ],
    ['limit', `${limitPercent} % worse`],
    ['figures', countsText(comparison)],
  ];
}

/** Ran and did not run: `13 ran, 1 did not; the machine was busy during 2`. */
export function suitesText(suites: readonly SuiteResult[]): string {
  const skipped = suites.filter((suite) => suite.skipped !== undefined).length;
  const busy = suites.filter(({ saturated }) => saturated).length;
  return [
    `${suites.length - skipped} ran${skipped > 0 ? `, ${skipped} did not` : ''}`,
    ...(busy > 0 ? [`the machine was busy during ${busy}`] : []),
  ].join('; ');
}

/** How a suite came to its end. */
export function endText({ repetitions, seconds, ended }: SuiteResult): string {
  const times = repetitions === 1 ? '1 repetition' : `${repetitions} repetitions`;
  return `${times} in ${formatSeconds(seconds)}, ${ends[ended]}`;
}

/** Said of a suite during which the machine did other things. */
export const busyNote =
  'The machine was busy with other things meanwhile: these figures may be worse than they are.';

/** What people call a figure, by its id: its suite and its title. */
export function titlesOf({ suites }: BenchResult): (id: string) => string {
  const titles = new Map(
    suites.flatMap((suite) =>
      suite.measurements.map(({ id, title }) => [id, `${suite.title}: ${title}`] as const),
    ),
  );
  return (id) => titles.get(id) ?? id;
}

const ends: Record<SuiteResult['ended'], string> = {
  narrow: 'until the intervals were narrow',
  time: 'until the time was used up',
  repetitions: 'as many as it may have',
};
