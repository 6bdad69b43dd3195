import type { PhaseName, Sample, Timeline } from '../experiment/results.js';

/** What a phase is called where people read it. */
export const phaseTitles: Record<PhaseName, string> = {
  steady: 'steady state',
  during: 'each side by itself',
  recovery: 'recovery',
};

/** All looks at one side in one phase. */
export interface PhaseSummary {
  phase: PhaseName;
  /** Null = the whole network. */
  side: string | null;
  samples: number;
  /** Seconds since the experiment began. */
  from: number;
  to: number;
  recall: Spread | null;
  storePercent: Spread | null;
}

export interface Spread {
  lowest: number;
  mean: number;
}

/** A timeline as a few lines: one a phase and side, in their order. */
export function phasesOf({ samples }: Timeline): PhaseSummary[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = JSON.stringify([sample.phase, sample.side]);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()].map((group) => ({
    phase: (group[0] as Sample).phase,
    side: (group[0] as Sample).side,
    samples: group.length,
    from: Math.min(...group.map(({ at }) => at)),
    to: Math.max(...group.map(({ at }) => at)),
    recall: spreadOf(group.map(({ recall }) => recall)),
    storePercent: spreadOf(group.map(({ storePercent }) => storePercent)),
  }));
}

/** Null when nothing could be measured. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return { lowest: Math.min(...known), mean: known.reduce((sum, value) => sum + value, 0) / known.length };
}
