import type { BootstrapReport } from '@cqkd/node/control';
import chalk from 'chalk';
import type { HostStatus, NetworkStatus, StatusResult, StatusState } from '../services/status.js';
import { formatSeconds, formatValue } from './format.js';
import { renderFacts, renderTable } from './table.js';

const paintNetwork: Record<StatusState, (text: string) => string> = {
  ready: chalk.green,
  starting: chalk.yellow,
  degraded: chalk.yellow,
  unreachable: chalk.red,
  interrupted: chalk.red,
  dead: chalk.red,
  corrupt: chalk.red,
};

const paintHost: Record<HostStatus['state'], (text: string) => string> = {
  up: chalk.green,
  lost: chalk.yellow,
  unknown: chalk.yellow,
  dead: chalk.red,
};

/** All networks: state, tiers, hosts. */
export function renderStatus({ networks }: StatusResult): string {
  if (networks.length === 0) return 'There is no network. Bring one up with cqkd deploy.';
  return networks.map(renderNetwork).join('\n\n');
}

function renderNetwork(network: NetworkStatus): string {
  const { state, coordinator, note } = network;
  const title = `${chalk.bold(network.network)}  ${paintNetwork[state](state)}`;
  const facts: [string, string][] = [
    ['driver', network.driver],
    ...(network.topology ? [['topology', network.topology] as [string, string]] : []),
    ['coordinator', coordinator.url ? `${coordinator.url}  ${coordinator.state}` : coordinator.state],
    ...(network.bootstrapSeconds === null
      ? []
      : [['bootstrap', formatSeconds(network.bootstrapSeconds)] as [string, string]]),
    ...(network.bootstrap ? bootstrapFacts(network.bootstrap) : []),
    ...(note === undefined ? [] : [['note', note] as [string, string]]),
    ...(state === 'ready' || state === 'starting' ? [] : [['next', nextStep(network)] as [string, string]]),
  ];
  const parts = [title, renderFacts(facts)];
  if (network.hosts.length > 0) parts.push('', renderHosts(network.hosts));
  return parts.join('\n');
}

/** One line while all is well, a second one while bootstrap nodes are missing or workers are without one. */
function bootstrapFacts(report: BootstrapReport): [string, string][] {
  const { total, healthy, connections, capacity, utilisationPercent, coveragePercent } = report;
  const used = formatValue(utilisationPercent, 'percent');
  const load = capacity === null ? `${connections}` : `${connections} of ${capacity} (${used})`;
  const facts: [string, string][] = [
    ['bootstrap nodes', `${healthy} of ${total} healthy, connections ${load}`],
  ];
  const { promoted, workers } = report;
  if (healthy < total || promoted.length > 0 || workers.orphaned > 0) {
    const covered = `${formatValue(coveragePercent, 'percent')} of the regions covered`;
    const failover = `${promoted.length} promoted, ${workers.orphaned} workers orphaned, ${covered}`;
    facts.push(['failover', failover]);
  }
  return facts;
}

function renderHosts(hosts: readonly HostStatus[]): string {
  return renderTable(
    ['host', 'tiers', 'regions', 'joined>', 'ports', 'state'],
    hosts.map((host) => [
      host.name,
      listed(host.tiers, 'tiers'),
      listed(host.regions, 'regions'),
      host.nodes.length === 0
        ? ''
        : `${host.nodes.filter((node) => node.state === 'joined').length}/${host.nodes.length}`,
      portsOf(host),
      paintHost[host.state](host.state),
    ]),
  );
}

/** Names while they fit a column, else how many there are: `--json` has them all. */
function listed(names: readonly string[], what: string): string {
  return names.length > 2 ? `${names.length} ${what}` : names.join(', ');
}

function portsOf({ nodes }: HostStatus): string {
  if (nodes.length === 0) return '';
  const ports = nodes.map((node) => node.port);
  const [min, max] = [Math.min(...ports), Math.max(...ports)];
  return min === max ? String(min) : `${min}-${max}`;
}

function nextStep({ network, state, hosts, workers, coordinator }: NetworkStatus): string {
  const isDead = hosts.some((host) => host.state === 'dead');
  if (isDead && coordinator.state === 'up' && workers !== null && (state === 'dead' || state === 'degraded'))
    return `cqkd scale -w ${workers} -n ${network} starts dead hosts again`;
  if (state === 'degraded') return `cqkd logs -n ${network}, cqkd verify -n ${network}`;
  return state === 'corrupt' ? `cqkd down --force -n ${network}` : `cqkd down -n ${network}`;
}
