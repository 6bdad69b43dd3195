import { formatSeconds, renderFacts, renderTable, type Verdict, verdictMarks } from '@cqkd/harness';
import type { ChaosResult } from '../experiment/results.js';
import type { ScenarioResult, StepResult } from './results.js';
import type { Scenario } from './scenario.js';

/** A scenario for people: how each step ended, and why not well. */
export function renderScenario(result: ScenarioResult): string {
  const { scenario, network, seed, steps, skipped, verdict } = result;
  if (verdict === null) return planned(result);
  const left = skipped === 0 ? [] : ['', `  not done: ${skipped} more`];
  return [
    `${scenario}, on ${network}`,
    '',
    renderTable(['', 'step', 'line>', 'time>'], steps.map(stepRow)),
    ...reasonsOf(steps),
    ...left,
    '',
    renderFacts([['seed', String(seed)]]),
    '',
    `${verdictMarks[verdict]} ${conclusions[verdict]}`,
  ].join('\n');
}

/** The shipped scenarios, one below the other. */
export function renderScenarios(scenarios: readonly ListedScenario[]): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return scenarios.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n');
}

/** One of `cqkd chaos run --list`. */
export interface ListedScenario extends Pick<Scenario, 'description' | 'workers'> {
  /** As it is called on the command line. */
  name: string;
}

const conclusions: Record<Verdict, string> = {
  pass: 'every step passed',
  warn: 'no step failed, but not all went as well as they should',
  fail: 'not survived',
  unknown: 'not all steps could be done, or shown to have been done: nothing is known',
};

/** More hosts than these are only counted. */
const mostNamed = 6;

function planned({ scenario, network, seed, steps }: ScenarioResult): string {
  const lines = steps.map(({ step, title, result }) => {
    const hit = result !== null && 'victims' in result ? `\n       ${hitBy(result)}` : '';
    return `  ${String(step).padStart(3)}  ${title}${hit}`;
  });
  return [`${scenario}, on ${network}: nothing done`, '', ...lines, '', `  seed  ${seed}`].join('\n');
}

function hitBy({ targets, victims, sides }: ChaosResult): string {
  const { hosts } = victims;
  const named = hosts.length > mostNamed ? [...hosts.slice(0, mostNamed), '…'] : hosts;
  const where = hosts.length > 0 ? `, hosts ${named.join(', ')}` : '';
  return `${targets} nodes${where} (${sides.map(({ name, nodes }) => `${name} ${nodes.length}`).join(', ')})`;
}

function stepRow({ step, title, line, verdict, seconds }: StepResult): string[] {
  return [`${verdict ? verdictMarks[verdict] : ' '} ${step}`, title, String(line), formatSeconds(seconds)];
}

function reasonsOf(steps: readonly StepResult[]): string[] {
  const lines = steps.flatMap(({ step, reasons }) => reasons.map((reason) => `  ${step}  ${reason}`));
  return lines.length > 0 ? ['', ...lines] : [];
}
