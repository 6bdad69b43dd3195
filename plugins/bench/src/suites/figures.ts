import type { BenchUnit, Calibration } from '../measurement.js';
import type { Directions } from '../method/run-work.js';
import type { Figure } from '../method/sample.js';

type About = readonly [id: string, title: string, unit: BenchUnit];

/** Figures that are the better the higher they are. */
export function higher(calibration: Calibration | null, ...figures: readonly About[]): Figure[] {
  return figuresOf('higher', calibration, figures);
}

/** Figures that are the better the lower they are. */
export function lower(calibration: Calibration | null, ...figures: readonly About[]): Figure[] {
  return figuresOf('lower', calibration, figures);
}

/** Figures that are told and never judged. */
export function told(...figures: readonly About[]): Figure[] {
  return figuresOf(null, null, figures);
}

function figuresOf(
  better: Figure['better'],
  calibration: Calibration | null,
  figures: readonly About[],
): Figure[] {
  return figures.map(([id, title, unit]) => ({ id, title, unit, better, calibration }));
}

/** Which way figures are better. */
export function directionsOf(figures: readonly Figure[]): Directions {
  return Object.fromEntries(figures.flatMap(({ id, better }) => (better ? [[id, better]] : [])));
}
