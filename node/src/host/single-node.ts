import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { messageOf } from '../control/http-error.js';
import { createLogger } from '../control/logger.js';
import { exitOnBug, onEndSignal } from '../control/process-life.js';
import { type NodeEnvironment, parseNodeEnvironment } from '../node-environment.js';
import { parseSettings, type Settings, settingsOfEnvironment } from '../settings.js';
import { Host, HostError } from './host.js';
import { type HostSpec, nodesOf } from './spec.js';

const LEAVE_MS = 3000;

/**
 * Runs one node from DHT_PORT, NODE_ID, BOOTSTRAP_NODES and their like, without a coordinator.
 *
 * @throws SettingError, HostError
 */
export async function runSingleNode(environment: NodeJS.ProcessEnv): Promise<void> {
  const spec = await specOf(environment);
  const [node] = nodesOf(spec);
  const logger = createLogger({ node: node?.name ?? '' });
  exitOnBug(logger);
  const host = new Host(spec, {
    onState: ({ dht, state }) => {
      const { address, port, error } = dht;
      if (state === 'joined') logger.info({ id: dht.id.hex, address, port }, 'joined');
      if (state === 'failed' && error) logger.error(error);
    },
  });
  onEndSignal(() => host.end({ signal: AbortSignal.timeout(LEAVE_MS) }));
  await host.start();
  const unbound = host.nodes.map((each) => each.report()).find(({ state }) => state === 'failed');
  if (unbound) throw new HostError(`${unbound.name}: ${unbound.error}`);
}

async function specOf(environment: NodeJS.ProcessEnv): Promise<HostSpec> {
  const settings = settingsOfEnvironment(environment);
  const parsed = parseSettings(settings);
  const node = parseNodeEnvironment(environment, parsed);
  const candidates = await Promise.all(node.bootstrapNodes.map(resolve));
  const fixed = node.level !== null || !parsed.enable_dynamic_ports || Boolean(environment.DHT_PORT?.trim());
  const { base_port: min, max_port: max } = parsed;
  // The next free one: no plan says which ports other workers prefer.
  const spareFrom = node.port + 1;
  return {
    network: 'default',
    name: 'single',
    address: '0.0.0.0',
    control: { address: '127.0.0.1', port: 0 },
    coordinator: '',
    candidates: [candidates],
    fallbackCandidates: await fallbackOf(node, parsed, candidates),
    groups: [
      {
        tier: node.level ?? 'worker',
        region: node.region,
        siblings: [],
        capacity: node.maxConnections,
        nodes: [
          { name: node.name ?? `node-${randomBytes(8).toString('hex')}`, port: node.port, candidates: 0 },
        ],
      },
    ],
    ports: fixed ? { min: node.port, max: node.port, spareFrom } : { min, max, spareFrom },
    settings,
  };
}

/** BOOTSTRAP_NODES hold without the hierarchy too; a bootstrap node without them is the first of its network. */
async function fallbackOf(
  node: NodeEnvironment,
  settings: Settings,
  candidates: readonly string[],
): Promise<string[]> {
  if (candidates.length > 0 || node.level !== null) return [...candidates];
  return Promise.all(settings.fallback_bootstrap_nodes.map(resolve));
}

async function resolve({ host, port }: { host: string; port: number }): Promise<string> {
  try {
    const { address } = await lookup(host, 4);
    return `${address}:${port}`;
  } catch (error) {
    throw new HostError(`BOOTSTRAP_NODES: the name "${host}" can't be resolved (${messageOf(error)})`);
  }
}
