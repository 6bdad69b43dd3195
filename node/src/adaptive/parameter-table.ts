import type { Settings } from '../settings.js';

/** Parameters of networks of one class of size. Source: facts, section 4. */
export interface ParameterRow {
  /** Nodes of the largest network of the class; Infinity for the last one. */
  largest: number;
  alpha: number;
  k: number;
  /** Ceiling of the wait for an answer. */
  timeoutSeconds: number;
  refreshSeconds: number;
}

export type Thresholds = Pick<
  Settings,
  | 'small_network_threshold'
  | 'medium_network_threshold'
  | 'large_network_threshold'
  | 'xlarge_network_threshold'
>;

/** The table of facts, section 4, with the bounds that the settings give; smallest networks first. */
export function parameterTable(thresholds: Thresholds): ParameterRow[] {
  const {
    small_network_threshold: small,
    medium_network_threshold: medium,
    large_network_threshold: large,
    xlarge_network_threshold: xlarge,
  } = thresholds;
  return [
    { largest: small, alpha: 3, k: 20, timeoutSeconds: 5, refreshSeconds: 300 },
    { largest: medium, alpha: 4, k: 25, timeoutSeconds: 8, refreshSeconds: 240 },
    { largest: large, alpha: 6, k: 35, timeoutSeconds: 15, refreshSeconds: 180 },
    { largest: xlarge, alpha: 8, k: 40, timeoutSeconds: 20, refreshSeconds: 120 },
    { largest: Number.POSITIVE_INFINITY, alpha: 8, k: 40, timeoutSeconds: 20, refreshSeconds: 60 },
  ];
}

/** Index of the row of a network. @param nodes 1 or more; 50.4 nodes are still 50 */
export function rowOf(table: readonly ParameterRow[], nodes: number): number {
  return table.findIndex(({ largest }) => Math.round(nodes) <= largest);
}
