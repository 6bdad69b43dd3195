/** Within the first it passes, within the second it warns. */
export type Bounds = readonly [target: number, limit: number];

/** What an experiment is held against. */
export interface Thresholds {
  /** Recall of lookups inside a side, while it is cut off; 0-1. */
  recall: Bounds;
  /** Values written and read back inside a side; percent. */
  store: Bounds;
  /** Time until the healed network is one again and its lookups are right. Seconds. */
  recovery: Bounds;
}

export const defaultThresholds: Thresholds = { recall: [0.99, 0.95], store: [99, 95], recovery: [15, 60] };

/** Only sides with at least this share of the nodes have to go on working by themselves. */
export const sideShare = 0.25;
/** Recall from which on lookups of the healed network count as right. */
export const recoveredRecall = 0.99;
