import chalk from 'chalk';
import { columnFor, targetOf } from '../gate/targets.js';
import type { DownResult } from '../services/down.js';
import type { DeployResult } from '../services/results.js';
import type { ScaleResult } from '../services/scale.js';
import { formatSeconds } from './format.js';
import { describeRatio, describeTiers, indent, renderPlan } from './plan-text.js';
import { renderFacts } from './table.js';

/** What has come up, how fast, and what to type next. */
export function renderDeployment(result: DeployResult): string {
  const { network, plan, coordinator } = result;
  if (!coordinator) return renderPlan(plan);
  const address = coordinator.url.replace(/^http:\/\//, '');
  return [
    '',
    `${chalk.green('✔')} ${chalk.bold(`network ${network} is up`)}, ${formatSeconds(result.elapsedSeconds)} after you typed it`,
    '',
    renderFacts([
      ['topology', plan.topology],
      ['nodes', indent(`${result.nodes}: ${describeTiers(plan)}`)],
      ['hosts', `${result.hosts} ${unitsOf(result.driver)}; coordinator at ${address}`],
      ['ratio', describeRatio(plan.ratio)],
      ['bootstrap', bootstrapAgainstTarget(result)],
      ...plan.notes.map((note): [string, string] => ['note', indent(note)]),
    ]),
    '',
    nextSteps(network),
  ].join('\n');
}

/** What a scaling has changed. */
export function renderScaling(result: ScaleResult): string {
  const { network, workers, previousWorkers, plan, started, stopped } = result;
  const took = formatSeconds(result.elapsedSeconds);
  return [
    '',
    `${chalk.green('✔')} ${chalk.bold(`network ${network} has ${workers} workers`)}, it had ${previousWorkers}; ${took}`,
    '',
    renderFacts([
      ['nodes', indent(`${result.nodes}: ${describeTiers(plan)}`)],
      [
        'hosts',
        `${result.hosts} ${unitsOf(result.driver)}; ${started.length} started, ${stopped.length} ended`,
      ],
      ['ratio', describeRatio(plan.ratio)],
      ...plan.notes.map((note): [string, string] => ['note', indent(note)]),
    ]),
  ].join('\n');
}

/** What is gone. */
export function renderDown({ networks }: DownResult): string {
  if (networks.length === 0) return 'There is no network';
  return networks
    .map(
      ({ network, driver, hosts }) =>
        `${chalk.green('✔')} network ${network} is down: ${hosts.length} ${unitsOf(driver)} ended`,
    )
    .join('\n');
}

function bootstrapAgainstTarget({ bootstrapSeconds, workers }: DeployResult): string {
  const { target } = targetOf('bootstrap_time', columnFor(workers));
  if (bootstrapSeconds === null) return 'not measured';
  const limit = target === null ? '' : `, target < ${formatSeconds(target)}`;
  const paint = target !== null && bootstrapSeconds >= target ? chalk.yellow : chalk.green;
  return `${paint(formatSeconds(bootstrapSeconds))}${limit}`;
}

function nextSteps(network: string): string {
  const name = network === 'cqkd' ? '' : ` -n ${network}`;
  return renderFacts([
    ['next', `${chalk.cyan(`cqkd verify${name}`)}   measure it against its targets`],
    ['', `${chalk.cyan(`cqkd status${name}`)}   its hosts and nodes`],
    ['', `${chalk.cyan(`cqkd down${name}`)}     end it`],
  ]);
}

/** What hosts are called on a kind of infrastructure. */
function unitsOf(driver: string): string {
  return driver === 'docker' ? 'containers' : 'processes';
}
