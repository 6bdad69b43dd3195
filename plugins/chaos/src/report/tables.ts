import type { ChaosResult, During, Proof, ReachabilityProof } from '../experiment/results.js';
import { figureActual, figureIntended, figureTitle, isAsIntended, percent, ratio } from './figures.js';
import { phasesOf, phaseTitles } from './phases.js';

/** A table of a report; titles that end in `>` are aligned to the right. */
export interface ReportTable {
  title: string;
  head: string[];
  rows: string[][];
}

/** All that a report shows of an experiment. */
export function tablesOf(result: ChaosResult): ReportTable[] {
  const { proof, during, sides, timeline } = result;
  return [
    ...(sides.length > 0 && !during ? [plannedTable(result)] : []),
    ...(during && during.sides.length > 0 ? [sidesTable(during)] : []),
    ...(proof?.reachability ? [reachabilityTable(proof.reachability)] : []),
    ...(proof && proof.figures.length > 0 ? [figuresTable(proof)] : []),
    ...(timeline.samples.length > 0 ? [phasesTable(result)] : []),
  ];
}

/** What each side did while the fault was on. */
export function sidesTable({ sides }: During): ReportTable {
  return {
    title: 'Each side by itself',
    head: ['side', 'nodes>', 'share>', 'recall>', 'values>'],
    rows: sides.map(({ name, nodes, share, samples, recall, storePercent }) => [
      name,
      String(nodes),
      percent(share * 100),
      samples === 0 ? '-' : ratio(recall),
      samples === 0 ? '-' : percent(storePercent),
    ]),
  };
}

/** Who would be on which side. */
export function plannedTable({ sides, deaf }: ChaosResult): ReportTable {
  return {
    title: 'Sides',
    head: ['side', 'nodes>', 'does not hear'],
    rows: sides.map(({ name, nodes, mute }, index) => {
      const unheard = deaf.filter(([to]) => to === index).map(([, from]) => sides[from]?.name);
      return [name, String(nodes.length), mute ? 'anybody, and does not speak' : unheard.join(', ') || '-'];
    }),
  };
}

/** Answered pings from each side to each, and whether it was meant to be cut. */
export function reachabilityTable({ sides, intended, actual }: ReachabilityProof): ReportTable {
  return {
    title: 'Pings that were answered',
    head: ['from', ...sides.map((side) => `to ${side}>`)],
    rows: sides.map((side, from) => [
      side,
      ...sides.map((_, to) => {
        const share = actual[from]?.[to] ?? 0;
        const open = intended[from]?.[to] ?? false;
        const told = share > 0 === open ? (open ? '' : 'cut ') : `should be ${open ? 'open' : 'cut'} `;
        return `${told}${percent(share * 100)}`;
      }),
    ]),
  };
}

export function figuresTable({ figures }: Proof): ReportTable {
  return {
    title: 'Effects of the fault',
    head: ['figure', 'intended>', 'found>', ''],
    rows: figures.map((figure) => [
      figureTitle(figure),
      figureIntended(figure),
      figureActual(figure),
      isAsIntended(figure) ? '' : 'otherwise than intended',
    ]),
  };
}

export function phasesTable({ timeline }: ChaosResult): ReportTable {
  return {
    title: 'Phases',
    head: ['phase', 'side', 'from>', 'to>', 'samples>', 'recall>', 'lowest>', 'values>', 'lowest>'],
    rows: phasesOf(timeline).map(({ phase, side, from, to, samples, recall, storePercent }) => [
      phaseTitles[phase],
      side ?? 'whole network',
      `${from.toFixed(1)} s`,
      `${to.toFixed(1)} s`,
      String(samples),
      recall ? ratio(recall.mean) : '-',
      recall ? ratio(recall.lowest) : '-',
      storePercent ? percent(storePercent.mean) : '-',
      storePercent ? percent(storePercent.lowest) : '-',
    ]),
  };
}

/** Every single look. */
export function samplesTable({ timeline }: ChaosResult): ReportTable {
  return {
    title: 'All samples',
    head: ['time>', 'phase', 'side', 'recall>', 'values>'],
    rows: timeline.samples.map(({ at, phase, side, recall, storePercent }) => [
      `${at.toFixed(1)} s`,
      phaseTitles[phase],
      side ?? 'whole network',
      recall === null ? '-' : ratio(recall),
      storePercent === null ? '-' : percent(storePercent),
    ]),
  };
}
