import { formatSeconds, type Verdict, worst } from '@cqkd/harness';
import type { During, Proof, Recovery, SideDuring } from './results.js';
import { type Bounds, sideShare, type Thresholds } from './thresholds.js';

/** Everything that a verdict is made of. */
export interface Evidence {
  proof: Proof;
  during: During;
  recovery: Recovery;
  thresholds: Thresholds;
  /** Whether the fault was still on when its time was over. */
  lasted: boolean;
  /** Why some of it could not be undone. */
  failures: readonly string[];
}

interface Finding {
  verdict: Verdict;
  reason: string;
}

/** A verdict with its reasons, those that are no pass. A fault that was not on, or not to its end, is unknown. */
export function verdictOf(evidence: Evidence): { verdict: Verdict; reasons: string[] } {
  const { proof, lasted } = evidence;
  const undone = evidence.failures.map((why) => `not undone: ${why}`);
  if (!proof.proven) return unknown('the fault did not take hold: nothing is known', undone);
  if (!lasted) return unknown('the fault was lifted before its time was over: nothing is known', undone);
  const findings = [...duringFindings(evidence), ...recoveryFindings(evidence)];
  return {
    verdict: worst(findings.map(({ verdict }) => verdict)),
    reasons: findings.filter(({ verdict }) => verdict !== 'pass').map(({ reason }) => reason),
  };
}

function unknown(reason: string, undone: readonly string[]): { verdict: Verdict; reasons: string[] } {
  return { verdict: 'unknown', reasons: [reason, ...undone] };
}

function duringFindings({ during, thresholds }: Evidence): Finding[] {
  const judged = during.sides.filter((side) => side.share >= sideShare && side.samples > 0);
  return judged.flatMap((side) => [
    atLeast(side, side.recall, thresholds.recall, (value) => `recall ${value.toFixed(3)}`),
    atLeast(side, side.storePercent, thresholds.store, (value) => `${value.toFixed(1)} % of the values`),
  ]);
}

function recoveryFindings({ recovery, thresholds, failures }: Evidence): Finding[] {
  const { seconds, recall, islands, orphans, lostKeys, missing } = recovery;
  const [target, limit] = thresholds.recovery;
  const broken = (count: number, reason: string): Finding => ({
    verdict: count > 0 ? 'fail' : 'pass',
    reason,
  });
  const named = missing.slice(0, 3).join(', ');
  return [
    seconds === null
      ? { verdict: 'fail', reason: `not recovered in the time it had, recall ${recall.toFixed(3)}` }
      : {
          verdict: seconds <= target ? 'pass' : seconds <= limit ? 'warn' : 'fail',
          reason: `recovery took ${formatSeconds(seconds)}, target ${formatSeconds(target)}`,
        },
    broken(islands - 1, `${islands} islands in the routing graph`),
    broken(orphans, `${orphans} nodes are in nobody's table`),
    broken(lostKeys ?? 0, `${lostKeys} values are lost`),
    broken(
      missing.length,
      `${missing.length} nodes are not back: ${named}${missing.length > 3 ? ', …' : ''}`,
    ),
    ...failures.map((why): Finding => ({ verdict: 'fail', reason: `not undone: ${why}` })),
  ];
}

function atLeast(
  { name }: SideDuring,
  value: number | null,
  [target, limit]: Bounds,
  told: (value: number) => string,
): Finding {
  if (value === null) return { verdict: 'unknown', reason: `${name}: could not be measured all the time` };
  const verdict = value >= target ? 'pass' : value >= limit ? 'warn' : 'fail';
  return { verdict, reason: `${name}: ${told(value)}, target ${target}` };
}
