import { type MetricId, phasesOf } from '@cqkd/harness';
import { type Phase, phases } from '@cqkd/node/control';
import type { AuditEntry } from '../audit.js';

/** A phase that was tried lately is not tried again so soon: a gate that flaps must not flap the flags. */
const restMs = 10 * 60_000;

/** Why phases were left out. */
export interface Candidates {
  phases: Phase[];
  /** Tried a short while ago. */
  resting: Phase[];
}

/**
 * Phases that failed metrics point to, in the order in which they are tried.
 *
 * Each metric says which phases can make it fail, the likeliest first. What several metrics point to comes first; phase 1
 * comes before 2 where both could, since a node without a port never gets as far as a bootstrap node.
 *
 * @param isOn whether the flag of a phase is on
 * @param options.since when the network came up: what was tried on an earlier one of that name says nothing
 */
export function candidatesFor(
  failed: readonly MetricId[],
  isOn: (phase: Phase) => boolean,
  history: readonly AuditEntry[],
  { since = 0, now = Date.now() } = {},
): Candidates {
  const votes = new Map<Phase['number'], { metrics: number; rank: number }>();
  for (const id of failed) {
    for (const [rank, number] of phasesOf(id).entries()) {
      const vote = votes.get(number) ?? { metrics: 0, rank };
      votes.set(number, { metrics: vote.metrics + 1, rank: Math.min(vote.rank, rank) });
    }
  }
  const pointedTo = phases
    .filter((phase) => votes.has(phase.number) && isOn(phase))
    .sort((a, b) => {
      const [one, other] = [votes.get(a.number), votes.get(b.number)];
      if (!one || !other) return 0;
      if (a.number + b.number === 3) return a.number - b.number;
      return one.rank - other.rank || other.metrics - one.metrics || a.number - b.number;
    });
  const resting = pointedTo.filter(({ flag }) =>
    wasTried(history, flag.toUpperCase(), Math.max(since, now - restMs)),
  );
  return { phases: pointedTo.filter((phase) => !resting.includes(phase)), resting };
}

function wasTried(history: readonly AuditEntry[], flag: string, since: number): boolean {
  return history.some(
    ({ at, why, settings }) =>
      why.startsWith(failedGate) && Object.hasOwn(settings, flag) && Date.parse(at) > since,
  );
}

/** How the audit log tells of changes that a failed gate asked for. */
export const failedGate = 'gate failed: ';
