/** How restless the network around a node is. */
export type Condition = 'critical' | 'high' | 'medium' | 'low';

/** What sort of refresh the condition asks for. */
export type RefreshKind = 'immediate' | 'active' | 'normal' | 'maintenance';

/**
 * Which buckets it goes through: those that lost contacts, those that changed since they were last
 * looked through, those that no lookup went through, or each of them.
 */
export type RefreshScope = 'affected' | 'active' | 'all' | 'whole';

export interface RefreshPlan {
  kind: RefreshKind;
  scope: RefreshScope;
  intervalSeconds: number;
}

export interface PolicyInput {
  condition: Condition;
  /** Base interval, from the network's size. Seconds. */
  baseSeconds: number;
  /** 0 = everything changes, 1 = nothing does. */
  stability: number;
  /** What the optimiser multiplies the interval by. */
  factor: number;
  /** The settings' bounds, which win over all others. Seconds. */
  minSeconds: number;
  maxSeconds: number;
}

interface Row {
  kind: RefreshKind;
  scope: RefreshScope;
  /** Interval as a multiple of the base, kept within the two bounds. */
  ofBase: number;
  shortestSeconds: number;
  longestSeconds: number;
}

/** Source: facts, section 6. The multiples spread the bases of section 4 (60-300 s) over each row's range. */
const ROWS: Readonly<Record<Condition, Row>> = {
  critical: { kind: 'immediate', scope: 'affected', ofBase: 0, shortestSeconds: 0, longestSeconds: 0 },
  high: { kind: 'active', scope: 'active', ofBase: 1 / 4, shortestSeconds: 30, longestSeconds: 60 },
  medium: { kind: 'normal', scope: 'all', ofBase: 1, shortestSeconds: 120, longestSeconds: 300 },
  low: { kind: 'maintenance', scope: 'whole', ofBase: 5, shortestSeconds: 600, longestSeconds: 1800 },
};

/** Below it the base interval is halved. */
const UNSTABLE = 0.5;
/** Bounds of the base interval. Seconds. */
const SHORTEST_BASE_SECONDS = 30;
const LONGEST_BASE_SECONDS = 600;

/**
 * What to refresh and how often.
 *
 * The base is halved when the network is unstable and kept within 30-600 s; the condition's row turns it into an
 * interval; the optimiser's factor and then the settings' bounds are applied to that. A critical event does not wait.
 *
 * Source: facts, section 6.
 */
export function planRefresh(input: PolicyInput): RefreshPlan {
  const { condition, baseSeconds, stability, factor, minSeconds, maxSeconds } = input;
  const { kind, scope, ofBase, shortestSeconds, longestSeconds } = ROWS[condition];
  if (kind === 'immediate') return { kind, scope, intervalSeconds: 0 };
  const halved = stability < UNSTABLE ? baseSeconds / 2 : baseSeconds;
  const base = within(halved, SHORTEST_BASE_SECONDS, LONGEST_BASE_SECONDS);
  const interval = within(base * ofBase, shortestSeconds, longestSeconds);
  const longest = kind === 'maintenance' ? longestSeconds : LONGEST_BASE_SECONDS;
  const adjusted = Math.min(interval * factor, longest);
  return { kind, scope, intervalSeconds: within(adjusted, minSeconds, maxSeconds) };
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
