import { renderFacts, renderTable, verdictMarks, wrap } from '@cqkd/harness';
import type { ChaosResult } from '../experiment/results.js';
import type { HealResult } from '../heal.js';
import { named } from './figures.js';
import { plannedTable, type ReportTable, sidesTable } from './tables.js';
import { conclusions, type Fact, factsOf, headlineOf, victimsOf, wayOf } from './view.js';

const columns = 80;
/** Names that are told of a list. */
const namesShown = 6;

/** An experiment for people: who was hit, whether it was on, what each side did, and how it ended. */
export function renderChaos(result: ChaosResult): string {
  return result.verdict === null ? renderDryRun(result) : renderEnded(result);
}

/** What was undone, and what could not be. */
export function renderHealed({ network, lifted, revived, failures, dead }: HealResult): string {
  const done = [
    ...(lifted.length > 0 ? [`lifted ${lifted.join(', ')}`] : []),
    ...(revived.length > 0 ? [`revived ${named(revived, namesShown)}`] : []),
  ];
  const left = dead
    ? [`dead, by no fault that is known: ${named(dead.hosts, namesShown)}; next ${dead.remedy}`]
    : [];
  const mark = failures.length > 0 || dead ? verdictMarks.warn : verdictMarks.pass;
  return [
    `${mark} ${hanging(`${network}: ${done.join(', ') || 'nothing was on'}`, 2)}`,
    ...[...failures, ...left].map((line) => bullet(' ', line)),
  ].join('\n');
}

function renderEnded(result: ChaosResult): string {
  const { during, missing, reasons, notes, verdict } = result;
  const facts = factsOf({ ...result, missing: shortened(missing) });
  return [
    wrap(`${headlineOf(result)}, by ${wayOf(result)}`, columns),
    ...(during && during.sides.length > 0 ? ['', tableOf(sidesTable(during))] : []),
    '',
    factLines(facts),
    ...(notes.length > 0 ? ['', ...notes.map((note) => bullet('·', note))] : []),
    '',
    ...(verdict ? [`${verdictMarks[verdict]} ${conclusions[verdict]}`] : []),
    ...reasons.map((reason) => bullet(' ', reason)),
  ].join('\n');
}

function renderDryRun(result: ChaosResult): string {
  const { victims, sides, notes, seed } = result;
  const facts: Fact[] = [
    ['would hit', victimsOf(result)],
    ...(victims.hosts.length > 0 ? [['hosts', named(victims.hosts, namesShown)] as Fact] : []),
    ...(victims.nodes.length > 0 ? [['nodes', named(victims.nodes, namesShown)] as Fact] : []),
    ['by', wayOf(result)],
    ['seed', String(seed)],
  ];
  return [
    wrap(`${headlineOf(result)}: nothing done`, columns),
    ...(sides.length > 0 ? ['', tableOf(plannedTable(result))] : []),
    '',
    factLines(facts),
    ...(notes.length > 0 ? ['', ...notes.map((note) => bullet('·', note))] : []),
  ].join('\n');
}

function shortened(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [named(names, namesShown)];
}

function tableOf({ head, rows }: ReportTable): string {
  return renderTable(head, rows);
}

/** Texts that are too long go on below themselves. */
function factLines(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  const indent = width + 4;
  return renderFacts(facts.map(([name, text]) => [name, hanging(text, indent)]));
}

function bullet(sign: string, text: string): string {
  return `${sign} ${hanging(text, 2)}`;
}

function hanging(text: string, indent: number): string {
  return wrap(text, columns - indent).replaceAll('\n', `\n${' '.repeat(indent)}`);
}
