import chalk from 'chalk';
import type { ComposeResult } from '../services/compose.js';
import { describeTiers } from './plan-text.js';
import { renderFacts } from './table.js';

/** What has been written, and what to type next. */
export function renderComposed(result: ComposeResult): string {
  const { network, folder, files, plan, hosts, nodes, coordinator } = result;
  const name = network === 'cqkd' ? '' : ` -n ${network}`;
  return [
    '',
    `${chalk.green('✔')} ${chalk.bold(`network ${network} is written`)}; nothing runs yet`,
    '',
    renderFacts([
      ...files.map((file, index): [string, string] => [index === 0 ? 'files' : '', file]),
      ['nodes', `${nodes}: ${describeTiers(plan)}`],
      ['hosts', `${hosts} containers; coordinator at ${coordinator.url.replace(/^http:\/\//, '')}`],
      ...plan.notes.map((note): [string, string] => ['note', note]),
    ]),
    '',
    renderFacts([
      ['next', `${chalk.cyan(`cd ${folder} && docker compose up -d`)}   start it`],
      [
        '',
        `${chalk.cyan(`cqkd status${name}`)}, ${chalk.cyan(`cqkd verify${name}`)}   its nodes; how it does`,
      ],
      ['', `${chalk.cyan(`cqkd down${name}`)}   end and forget it`],
    ]),
  ].join('\n');
}
