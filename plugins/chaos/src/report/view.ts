import { formatSeconds, type PlanTier, tierOrder, type Verdict } from '@cqkd/harness';
import type { ChaosResult, During, Proof, ReachabilityProof } from '../experiment/results.js';
import {
  counted,
  figureActual,
  figureIntended,
  figureTitle,
  isAsIntended,
  percent,
  ratio,
  seconds,
} from './figures.js';

export type Fact = [name: string, text: string];

export const conclusions: Record<Verdict, string> = {
  pass: 'survived and recovered',
  warn: 'recovered, but not as well as it should',
  fail: 'not survived',
  unknown: 'nothing is known: it could not be proven or measured',
};

const ways: Record<ChaosResult['via'][number], string> = {
  node: 'the nodes themselves',
  kernel: 'the kernel',
  crash: 'killing hosts',
  pause: 'freezing hosts',
  scale: 'scaling the network',
  load: 'load from the coordinator',
};

/** `partition, shape halves`. */
export function titleOf(result: ChaosResult): string {
  return [result.fault, ...chosenOf(result)].join(', ');
}

/** `partition of trial (shape halves)`. */
export function headlineOf(result: ChaosResult): string {
  const chosen = chosenOf(result).join(', ');
  return `${result.fault} of ${result.network}${chosen ? ` (${chosen})` : ''}`;
}

export function wayOf({ via }: ChaosResult): string {
  return via.length === 0 ? 'nothing' : via.map((each) => ways[each]).join(' and ');
}

/** Who is hit: by tier, as the names tell it, and the hosts that are hit as a whole. */
export function victimsOf({ victims: { nodes, hosts }, targets }: ChaosResult): string {
  const counts = new Map<string, number>();
  for (const name of nodes) counts.set(tierOf(name), (counts.get(tierOf(name)) ?? 0) + 1);
  const split = tierOrder
    .flatMap((tier) => (counts.has(tier) ? `${counts.get(tier)} ${tier}` : []))
    .join(', ');
  const whole = hosts.length > 0 ? `, on ${counted(hosts.length, 'host')} as a whole` : '';
  return `${counted(targets, 'node')}${split ? ` (${split})` : ''}${whole}`;
}

/** What came out, as names and texts. */
export function factsOf(result: ChaosResult): Fact[] {
  const { steadyState, proof, during, islands, orphans, lostKeys, missing } = result;
  const facts: (Fact | null)[] = [
    ['hit', victimsOf(result)],
    steadyState && [
      'before',
      `${steadyState.state}, recall ${ratio(steadyState.recall)}, ${counted(steadyState.islands, 'island')}`,
    ],
    steadyState && steadyState.foreign.length > 0
      ? ['foreign', foreignOf(steadyState.foreign, during)]
      : null,
    ['proof', proof ? proofOf(proof) : 'none'],
    during && during.newcomers.length > 0 ? ['newcomers', newcomersOf(during)] : null,
    during && ['orphaned', orphanedOf(during)],
    during && during.acrossEntries !== null ? ['across', acrossOf(during.acrossEntries)] : null,
    ['recovery', recoveryOf(result)],
    ['merged', seconds(result.mergedSeconds)],
    ['islands', numberOf(islands)],
    ['orphans', numberOf(orphans)],
    ['lost keys', numberOf(lostKeys)],
    missing.length > 0 ? ['missing', missing.join(', ')] : null,
    ['seed', String(result.seed)],
  ];
  return facts.filter((fact) => fact !== null);
}

/** In one line whether the fault was on, and where it was not. */
export function proofOf(proof: Proof): string {
  const { proven, reachability, figures } = proof;
  const wrong = [
    ...(reachability ? mismatchOf(reachability) : []),
    ...figures
      .filter((figure) => !isAsIntended(figure))
      .map((figure) => `${figureTitle(figure)} ${figureActual(figure)}, intended ${figureIntended(figure)}`),
  ];
  if (!proven) return wrong[0] ?? 'otherwise than intended';
  const shown = figures.map((figure) => `${figureTitle(figure)} ${figureActual(figure)}`);
  const found = [...(reachability ? ['on between all sides as intended'] : []), ...shown].join(', ');
  return `${found || 'on as intended'}, seen within ${formatSeconds(proof.seconds)}`;
}

/** The first pair of sides where it was otherwise than intended. */
function mismatchOf({ sides, intended, actual }: ReachabilityProof): string[] {
  for (const [from, row] of intended.entries()) {
    for (const [to, open] of row.entries()) {
      const share = actual[from]?.[to] ?? 0;
      if (share > 0 !== open)
        return [
          `${sides[to]} answered ${percent(share * 100)} of the pings of ${sides[from]}, and ${open ? 'should' : 'should not'}`,
        ];
    }
  }
  return [];
}

/** Nodes of other programs; where there is a cut, they hear both sides. */
function foreignOf(places: readonly string[], during: During | null): string {
  const first = places.slice(0, 3).join(', ');
  const more = places.length > 3 ? ` and ${places.length - 3} more` : '';
  const nodes = `${counted(places.length, 'node')} of other programs (${first}${more})`;
  return during && during.acrossEntries !== null ? `${nodes} are not cut and connect the sides` : nodes;
}

function newcomersOf({ newcomers }: During): string {
  const joined = newcomers.filter((newcomer) => newcomer.joined);
  const slowest = Math.max(...joined.map((newcomer) => newcomer.seconds));
  const found = joined.flatMap(({ discoveryPercent }) => discoveryPercent ?? []);
  return [
    `${joined.length} of ${newcomers.length} joined`,
    ...(joined.length > 0 ? [`in ${formatSeconds(slowest)} at most`] : []),
    ...(found.length > 0 ? [`found ${percent(Math.min(...found))} of the workers in reach`] : []),
  ].join(', ');
}

function orphanedOf({ orphanedWorkers }: During): string {
  if (orphanedWorkers === 0) return 'no worker was without a living bootstrap node';
  return `${counted(orphanedWorkers, 'worker')} at a time without a living bootstrap node`;
}

function acrossOf(entries: number): string {
  if (entries === 0) return 'no routing table led across the cut at its end';
  return `${entries} entries of routing tables led across the cut at its end`;
}

function recoveryOf({ recoverySeconds, recall }: ChaosResult): string {
  return `${seconds(recoverySeconds)}${recall === null ? '' : `, recall ${ratio(recall)}`}`;
}

function numberOf(value: number | null): string {
  return value === null ? 'unknown' : String(value);
}

function chosenOf({ parameters }: ChaosResult): string[] {
  return Object.entries(parameters).map(([name, value]) => (value === true ? name : `${name} ${value}`));
}

/** By its name, which the plan gives it: `sb-primary`, `rb-east-1`, `worker-0012`, `alice`. */
function tierOf(name: string): PlanTier {
  return tiers[name.split('-', 1)[0] as string] ?? 'endpoint';
}

const tiers: Record<string, PlanTier> = {
  bootstrap: 'super',
  sb: 'super',
  rb: 'regional',
  lb: 'local',
  worker: 'worker',
};
