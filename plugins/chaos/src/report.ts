import { formatSeconds, renderFacts, renderTable, type Verdict } from '@cqkd/harness';
import type { ChaosResult, Proof, SideDuring } from './experiment/results.js';
import type { HealResult } from './heal.js';

/** An experiment for people: who was hit, whether it was on, what each side did, and how it ended. */
export function renderChaos(result: ChaosResult): string {
  const { network, fault, parameters, targets, seed, via, proof, during, verdict } = result;
  const chosen = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const title = [fault, ...chosen].join(', ');
  if (!proof || !during || !verdict) {
    return [
      `${title} of ${network}: ${targets} nodes, nothing done`,
      '',
      plannedSides(result),
      '',
      `  seed  ${seed}`,
    ].join('\n');
  }
  return [
    `${title} of ${network}, by the ${via === 'node' ? "nodes' own filter" : 'kernel'}`,
    '',
    renderTable(['side', 'nodes>', 'recall>', 'values>'], during.sides.map(sideRow)),
    '',
    renderFacts(factsOf(result, proof)),
    '',
    `${marks[verdict]} ${conclusions[verdict]}`,
  ].join('\n');
}

export function renderHealed({ network, lifted, hosts }: HealResult): string {
  const failed = Object.entries(hosts).filter(([, answer]) => answer !== 'lifted');
  const what = lifted.length > 0 ? `lifted ${lifted.join(', ')}` : 'nothing was on';
  const away = failed.map(([host, why]) => `\n  ${host} did not answer (${why}): there it ends by itself`);
  return `✔ ${network}: ${what}${away.join('')}`;
}

const marks: Record<Verdict, string> = { pass: '✔', warn: '!', fail: '✖', unknown: '?' };
const conclusions: Record<Verdict, string> = {
  pass: 'survived and recovered',
  warn: 'recovered, but not as well as it should',
  fail: 'not survived',
  unknown: 'the fault did not take hold: nothing is known',
};

function plannedSides({ sides, deaf }: ChaosResult): string {
  const rows = sides.map(({ name, nodes }, index) => {
    const unheard = deaf.filter(([to]) => to === index).map(([, from]) => sides[from]?.name);
    return [name, String(nodes.length), unheard.join(', ') || 'nobody'];
  });
  return renderTable(['side', 'nodes>', 'does not hear'], rows);
}

function sideRow({ name, nodes, recall, storePercent }: SideDuring): string[] {
  return [
    name,
    String(nodes),
    ratio(recall),
    storePercent === null ? 'unknown' : `${storePercent.toFixed(1)} %`,
  ];
}

function factsOf(
  { recoverySeconds, recall, islands, orphans, lostKeys, seed }: ChaosResult,
  proof: Proof,
): [string, string][] {
  return [
    ['proof', proof.proven ? 'on between all sides as intended' : mismatch(proof)],
    [
      'recovery',
      recoverySeconds === null
        ? 'not in the time it had'
        : `${formatSeconds(recoverySeconds)}, recall ${ratio(recall)}`,
    ],
    ['islands', `${islands}`],
    ['orphans', `${orphans}`],
    ['lost keys', `${lostKeys}`],
    ['seed', String(seed)],
  ];
}

/** The first pair of sides where it was otherwise than intended. */
function mismatch({ sides, intended, actual }: Proof): string {
  for (const [from, row] of intended.entries()) {
    for (const [to, open] of row.entries()) {
      const share = actual[from]?.[to] ?? 0;
      if (share > 0 !== open)
        return `${sides[to]} answered ${Math.round(share * 100)} % of the pings of ${sides[from]}, and ${open ? 'should' : 'should not'}`;
    }
  }
  return 'otherwise than intended';
}

function ratio(value: number | null): string {
  return value === null ? 'unknown' : value.toFixed(3);
}
