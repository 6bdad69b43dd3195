import { renderTable } from '@cqkd/harness';
import chalk from 'chalk';
import type { FlagsResult, SettingState } from '../flags.js';

/** Drifts that are listed; the others are counted. */
const mostListed = 10;

/** What a network runs with, for people. */
export function renderFlags(result: FlagsResult, all: boolean): string {
  const { network, phases, settings, away, unfinished } = result;
  const rows = phases.map(({ number, name, flag, enabled, drifts }) => [
    `${number} ${name}`,
    flag,
    enabled ? chalk.green('on') : chalk.yellow('off'),
    drifts.length === 0 ? 'as meant' : chalk.red(`${drifts.length} differ`),
  ]);
  const shown = settings.filter(
    ({ name, given, drifts }) =>
      (all || given || drifts.length > 0) && !phases.some(({ flag }) => flag === name),
  );
  const lines = [renderTable(['phase', 'flag', 'meant', 'hosts and nodes'], rows)];
  if (shown.length > 0)
    lines.push('', renderTable(['setting', 'value', 'from', 'hosts and nodes'], shown.map(row)));
  lines.push(...driftLines(settings));
  if (away.length > 0) lines.push('', `Away, so nobody knows: ${away.join(', ')}`);
  if (unfinished) {
    lines.push(
      '',
      `${chalk.red('Unfinished')} since ${unfinished.at}: ${unfinished.what}`,
      `cqkd flags --heal -n ${network} ends it; a rollback or rollout of the same phases ends or undoes it`,
    );
  }
  return lines.join('\n');
}

function row({ name, value, given, drifts }: SettingState): string[] {
  const where = drifts.length === 0 ? 'as meant' : chalk.red(`${drifts.length} differ`);
  return [name, value ?? '', given ? 'given' : 'default', where];
}

function driftLines(settings: readonly SettingState[]): string[] {
  const drifts = settings.flatMap(({ name, drifts }) => drifts.map((drift) => ({ name, ...drift })));
  if (drifts.length === 0) return [];
  const lines = drifts.slice(0, mostListed).map(({ name, place, value, meant }) => {
    return `${place ?? 'the coordinator'} has ${name}=${value ?? ''}, meant is ${meant ?? ''}`;
  });
  const more = drifts.length - lines.length;
  return ['', ...lines, ...(more > 0 ? [`and ${more} more`] : [])];
}

/** Who changed what, for people; the latest last. */
export function renderHistory({ network, history }: FlagsResult): string {
  if (history.length === 0) return `Nobody has changed ${network} yet`;
  const rows = history.map(({ at, who, what, why, outcome, verdict }) => [
    at.replace('T', ' ').replace(/\..*/, ''),
    who,
    what,
    why,
    outcome,
    verdict ?? '',
  ]);
  return renderTable(['when (UTC)', 'who', 'what', 'why', 'outcome', 'verdict'], rows);
}
