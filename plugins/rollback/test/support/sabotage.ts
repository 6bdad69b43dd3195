import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricId } from '@cqkd/harness';
import type { Phase } from '@cqkd/node/control';
import type { Lab } from './lab.js';

const { signal } = new AbortController();
const ttlSeconds = 900;

/** Something that makes the gate of a phase fail, for real. */
export interface Sabotage {
  phase: Phase['name'];
  what: string;
  /** The metric that fails. */
  metric: MetricId;
  /** Of the network that it takes: 50 unless told. */
  workers?: number;
  /** Of the same. */
  deploy?: readonly string[];
  /** Target and threshold of the user's own, where the table's would take a larger network. */
  targets?: string;
  commit(lab: Lab): Promise<unknown>;
}

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `worker-${String(index + 1).padStart(4, '0')}`);
const most = 50;
/** So many that as many containers fit into the kernel's table of neighbours. */
const few = 24;
const set = (lab: Lab, ...settings: string[]) =>
  lab.cqkd.json('flags', '-n', lab.network, ...settings.flatMap((each) => ['--set', each]));

export const sabotages: readonly Sabotage[] = [
  {
    phase: 'ports',
    what: 'all ports of the range are taken while workers are down',
    metric: 'join_success',
    workers: few,
    // The static port is none of the range.
    deploy: ['--set', 'base_port=7100', '--set', 'max_port=7199'],
    commit: async ({ client }) => {
      const workers = names(few);
      const down = workers.slice(9, 12);
      for (const worker of down) await client.crashNode(worker, signal);
      const ports = [{ group: 0, share: 1 }];
      await client.putFault({ id: 'take', ttlSeconds, groups: [workers], ports }, signal);
      for (const worker of down) await client.restartNode(worker, signal).catch(() => {});
    },
  },
  {
    phase: 'bootstrap',
    what: 'a super node is dead that is none of the two fallback nodes',
    metric: 'bootstrap_health',
    commit: (lab) =>
      lab.cqkd.run('chaos', 'kill', '--host', 'super-tertiary', '--keep', '--for', '1s', '-n', lab.network),
  },
  {
    phase: 'kademlia',
    what: 'K is that of a far larger network, more than the links take',
    metric: 'packet_loss',
    commit: async (lab) => {
      const thresholds = ['small', 'medium', 'large'].map(
        (size, index) => `${size}_network_threshold=${index + 1}`,
      );
      await set(lab, ...thresholds, 'xlarge_network_threshold=1000');
      const degraded = [{ group: 0, degradation: { rate: 250 } }];
      await lab.client.putFault({ id: 'narrow', ttlSeconds, groups: [names(most)], degraded }, signal);
    },
  },
  {
    phase: 'health',
    what: 'every node checks all others all the time',
    metric: 'cpu',
    targets: 'cpu: { target: 7, threshold: 9 }',
    commit: (lab) =>
      set(lab, 'fast_check_interval=0.5', 'medium_check_interval=0.5', 'deep_check_interval=0.5'),
  },
  {
    phase: 'refresh',
    what: 'tables are refreshed all the time',
    metric: 'refresh_overhead',
    targets: 'refresh_overhead: { target: 8, threshold: 10 }',
    commit: (lab) => set(lab, 'active_refresh_min_interval=0.1', 'stable_refresh_max_interval=0.2'),
  },
];

/** The size and the settings of the network that a sabotage takes. */
export function deployArguments({ workers = most, deploy = [] }: Sabotage): string[] {
  return ['-w', String(workers), ...deploy];
}

/** The arguments of a verify that measures what a sabotage spoils, and reacts. */
export async function verifyArguments(lab: Lab, { metric, targets }: Sabotage): Promise<string[]> {
  const args = ['verify', '--metric', metric, '--auto-rollback'];
  if (targets === undefined) return args;
  const file = join(lab.cqkd.root, 'targets.yaml');
  await writeFile(file, targets);
  return [...args, '--targets', file];
}
