import { randomBytes } from 'node:crypto';
import { createLogger } from '../control/logger.js';
import { networkKeyOf } from '../control/network-key.js';
import { exitOnBug, onEndSignal } from '../control/process-life.js';
import { type NodeEnvironment, parseNodeEnvironment } from '../node-environment.js';
import { parseSettings, type Settings, settingsOfEnvironment } from '../settings.js';
import { resolvePlaces } from './bootstrap-places.js';
import { Host, HostError } from './host.js';
import { type HostSpec, nodesOf } from './spec.js';

const LEAVE_MS = 3000;

/**
 * Runs one node from DHT_PORT, NODE_ID, BOOTSTRAP_NODES and their like, without a coordinator.
 *
 * @throws SettingError, HostError
 */
export async function runSingleNode(environment: NodeJS.ProcessEnv): Promise<void> {
  const { spec, unusable } = await specOf(environment);
  const [node] = nodesOf(spec);
  const logger = createLogger({ node: node?.name ?? '' });
  exitOnBug(logger);
  for (const why of unusable) logger.warn({ why }, 'BOOTSTRAP_NODES names a place that is not used');
  const networkKey = environment.NETWORK_KEY?.trim();
  const host = new Host(spec, {
    ...(networkKey && { networkKey: networkKeyOf(networkKey) }),
    onState: ({ dht, state }) => {
      const { address, port, error } = dht;
      if (state === 'joined') logger.info({ id: dht.id.hex, address, port }, 'joined');
      if (state === 'failed' && error) logger.error(error);
    },
    onEvent: (_node, { type, message }) => {
      if (type === 'duplicate-id') logger.warn({ why: message }, 'NODE_ID is not unique');
    },
  });
  onEndSignal(() => host.end({ signal: AbortSignal.timeout(LEAVE_MS) }));
  await host.start();
  const unbound = host.nodes.map((each) => each.report()).find(({ state }) => state === 'failed');
  if (unbound) throw new HostError(`${unbound.name}: ${unbound.error}`);
}

/** @returns what to run, and what is wrong with BOOTSTRAP_NODES, a line each */
async function specOf(environment: NodeJS.ProcessEnv): Promise<{ spec: HostSpec; unusable: string[] }> {
  const settings = settingsOfEnvironment(environment);
  const parsed = parseSettings(settings);
  const node = parseNodeEnvironment(environment, parsed);
  const fixed = node.level !== null || !parsed.enable_dynamic_ports || Boolean(environment.DHT_PORT?.trim());
  const ownPort = fixed ? node.port : null;
  const { places: candidates, unusable, isAlone } = await resolvePlaces(node.bootstrapNodes, ownPort);
  // A bootstrap node may begin a network; a worker would wait alone for ever.
  const begins = isAlone && (node.level !== null || node.bootstrapNodes.length === 0);
  if (candidates.length === 0 && !begins)
    throw new HostError(`BOOTSTRAP_NODES names no node to join by: ${unusable.join('; ')}`);
  const { base_port: min, max_port: max } = parsed;
  // The next free one: no plan says which ports other workers prefer.
  const spareFrom = node.port + 1;
  const spec: HostSpec = {
    network: 'default',
    name: 'single',
    address: '0.0.0.0',
    control: { address: '127.0.0.1', port: 0 },
    coordinator: '',
    candidates: [candidates],
    fallbackCandidates: await fallbackOf(node, parsed, candidates, ownPort),
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
  return { spec, unusable };
}

/** BOOTSTRAP_NODES hold without the hierarchy too; a bootstrap node without them is the first of its network. */
async function fallbackOf(
  node: NodeEnvironment,
  settings: Settings,
  candidates: readonly string[],
  ownPort: number | null,
): Promise<string[]> {
  if (candidates.length > 0 || node.level !== null) return [...candidates];
  const { places, unusable } = await resolvePlaces(settings.fallback_bootstrap_nodes, ownPort);
  if (places.length > 0) return places;
  throw new HostError(`FALLBACK_BOOTSTRAP_NODES names no node to join by: ${unusable.join('; ')}`);
}
