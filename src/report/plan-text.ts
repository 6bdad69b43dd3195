import { tiersOf } from '@cqkd/node/control';
import chalk from 'chalk';
import type { Limit, Plan, Ratio } from '../plan/plan.js';
import type { PlanTier } from '../plan/tiers.js';
import { formatBytes } from './format.js';
import { renderFacts, renderTable } from './table.js';

/** The names of tiers for people, one and many. */
const tierNames: Record<PlanTier, readonly [string, string]> = {
  super: ['super node', 'super nodes'],
  regional: ['regional node', 'regional nodes'],
  local: ['local node', 'local nodes'],
  worker: ['worker', 'workers'],
  endpoint: ['endpoint', 'endpoints'],
};

/** A plan that was not carried out: its tiers, its limits, and the one that binds first. */
export function renderPlan(plan: Plan): string {
  const tiers = renderTable(
    ['tier', 'nodes>', 'hosts>', 'ports', 'connections>'],
    plan.tiers.map(({ tier, nodes, hosts, ports, capacity }) => [
      tier,
      String(nodes),
      String(hosts),
      ports.min === ports.max ? String(ports.min) : `${ports.min}-${ports.max}`,
      capacity === null ? '' : String(capacity),
    ]),
  );
  const limits = renderTable(
    ['limit', 'needed>', 'available>', 'workers at most>'],
    plan.limits.map((limit, index) => {
      const row = [
        limit.name,
        amount(limit, limit.need),
        amount(limit, limit.available),
        atMost(limit.maxWorkers),
      ];
      return index === 0 ? row.map((text) => chalk.bold(text)) : row;
    }),
  );
  const facts: [string, string][] = [
    ['topology', plan.topology],
    [isInContainers(plan) ? 'containers' : 'processes', indent(describeHosts(plan))],
    ['Node.js', indent(describeNode(plan))],
    ['memory', `about ${formatBytes(plan.memoryBytes)}`],
    ['ratio', describeRatio(plan.ratio)],
    ['seed', String(plan.seed)],
    ...plan.notes.map((note): [string, string] => ['note', indent(note)]),
  ];
  const first = plan.limits[0];
  const binds = first
    ? `${first.name} would bind first, at ${atMost(first.maxWorkers)} workers: ${first.description}`
    : '';
  const title = chalk.bold(`Plan of ${plan.network}: ${plan.workers} workers, nothing started`);
  return [title, '', tiers, '', renderFacts(facts), '', limits, '', wrap(binds)].join('\n');
}

function isInContainers({ ground }: Plan): boolean {
  return ground.kind === 'subnet';
}

/** How many hosts there are, and what decides it. */
function describeHosts({ hosts, density }: Plan): string {
  const all = `${hosts.length} hosts and the coordinator`;
  if (density !== null) return `${all}: at most ${density} nodes on each (--density)`;
  const supers = hosts.filter((host) => tiersOf(host).includes('super')).length;
  const others = hosts.length - supers;
  return `${all}: ${supers} for a super node each, ${others} shared by all other nodes`;
}

function describeNode({ node: { version, heap } }: Plan): string {
  const why = {
    lean: 'small heaps, since hosts are small or memory is short',
    roomy: 'large heaps, which save processor time',
  };
  return `${version}, ${why[heap]}`;
}

/** `4 super nodes, 16 regional nodes, … and 2 endpoints`. */
export function describeTiers(plan: Plan): string {
  const parts = plan.tiers.map(({ tier, nodes }) => `${nodes} ${tierNames[tier][nodes === 1 ? 0 : 1]}`);
  return parts.join(', ');
}

/** Workers to a bootstrap node, in words, coloured by what it means. */
export function describeRatio({ workersPerBootstrap, status }: Ratio): string {
  const paint = { ok: chalk.green, warning: chalk.yellow, critical: chalk.red }[status];
  return `${workersPerBootstrap.toFixed(1)} workers a bootstrap node, ${paint(status)}`;
}

function amount({ unit }: Limit, value: number): string {
  if (!Number.isFinite(value) || value >= Number.MAX_SAFE_INTEGER) return 'unlimited';
  if (unit === 'bytes') return formatBytes(value);
  return unit === 'cores' ? value.toFixed(1) : String(value);
}

/** The search for limits ends at a million. */
function atMost(workers: number): string {
  return workers >= 1_000_000 ? '1000000+' : String(workers);
}

/** A text of several lines behind the names of facts. */
export function indent(text: string): string {
  return wrap(text, 66).split('\n').join('\n             ');
}

/** Breaks a text into lines of at most `width` characters. */
export function wrap(text: string, width = 80): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
