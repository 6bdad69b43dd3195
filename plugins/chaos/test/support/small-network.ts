import { readFileSync } from 'node:fs';
import { CoordinatorClient } from '@cqkd/harness';
import { type CommandLine, createCommandLine } from '../../../../src/test/support/command-line.js';
import { until } from '../../../../src/test/support/until.js';
import type { ChaosResult } from '../../src/experiment/results.js';

const { signal } = new AbortController();

/** A command line with one network of 15 workers, to be broken again and again. */
export interface SmallNetwork {
  cqkd: CommandLine;
  network: string;
  client: CoordinatorClient;
  /** `cqkd chaos …` on it. */
  chaos(...args: string[]): ReturnType<CommandLine['run']>;
  /** The same for what has to give a result, whatever the verdict. */
  result(...args: string[]): Promise<ChaosResult & { code: number | null }>;
  /** Waits until there is nothing on, every node has joined, and each host reaches each. */
  isWell(): Promise<void>;
  /** The network's journal, as the file has it. */
  journal(): { id: string; stage: string }[];
  remove(): Promise<void>;
}

export async function smallNetwork(
  network = 'cqkd',
  deploy: readonly string[] = ['-w', '15'],
): Promise<SmallNetwork> {
  const cqkd = await createCommandLine();
  const { coordinator } = await cqkd.json('deploy', '-n', network, ...deploy);
  const token = readFileSync(`${cqkd.root}/${network}/token`, 'utf8').trim();
  const client = new CoordinatorClient({ url: (coordinator as { url: string }).url, token });
  const chaos = (...args: string[]) => cqkd.run('chaos', ...args, '-n', network);
  const hosts = (await client.network(signal)).hosts.length;
  return {
    cqkd,
    network,
    client,
    chaos,
    result: async (...args) => {
      const { code, stdout, stderr } = await chaos(...args, '--json');
      if (stderr !== '') throw new Error(`chaos ${args.join(' ')} exited with ${code}: ${stderr}`);
      return { ...(JSON.parse(stdout) as ChaosResult), code };
    },
    isWell: async () => {
      await until('nothing is on', async () => (await client.faults(signal)).length === 0);
      await until('all have joined', async () => {
        const view = await client.network(signal);
        const up = view.hosts.filter(({ state }) => state === 'up');
        const joined = up.flatMap(({ nodes }) => nodes.filter(({ state }) => state === 'joined'));
        return view.state === 'ready' && up.length === hosts && joined.length >= 19;
      });
      await until('each reaches each', async () => {
        const { matrix } = await client.reachability(signal);
        return matrix.flat().every((share) => share === 1);
      });
    },
    journal: () => {
      try {
        return JSON.parse(readFileSync(`${cqkd.root}/${network}/journal.json`, 'utf8'));
      } catch {
        return [];
      }
    },
    remove: () => cqkd.remove(),
  };
}
