import { readFileSync } from 'node:fs';
import { CoordinatorClient } from '@cqkd/harness';
import { type CommandLine, createCommandLine } from '../../../../src/test/support/command-line.js';
import type { FlagsResult } from '../../src/flags.js';

const { signal } = new AbortController();

/** A network to change, and values in it that nothing may lose. */
export interface Lab {
  cqkd: CommandLine;
  network: string;
  client: CoordinatorClient;
  /** Runs a command on it, whatever its exit code, and reads its JSON. */
  result<T>(...args: string[]): Promise<T & { code: number | null }>;
  flags(): Promise<FlagsResult>;
  /** Names of the phases that are off. */
  off(): Promise<string[]>;
  /** Stores values in the DHT. */
  store(count: number): Promise<void>;
  /** Keys of the stored values that can't be read, or not rightly. */
  lost(): Promise<string[]>;
  remove(): Promise<void>;
}

export async function createLab(network: string, ...deploy: string[]): Promise<Lab> {
  const cqkd = await createCommandLine();
  let stored: string[] = [];
  const { coordinator } = await cqkd.json('deploy', '-n', network, ...deploy).catch(async (error) => {
    await cqkd.remove();
    throw error;
  });
  const token = readFileSync(`${cqkd.root}/${network}/token`, 'utf8').trim();
  const client = new CoordinatorClient({ url: (coordinator as { url: string }).url, token });
  const flags = async () => (await cqkd.json('flags', '-n', network)) as unknown as FlagsResult;
  return {
    cqkd,
    network,
    client,
    result: async (...args) => {
      const { code, stdout, stderr } = await cqkd.run(...args, '-n', network, '--json');
      if (stderr !== '') throw new Error(`${args.join(' ')} exited with ${code}: ${stderr}`);
      return { ...JSON.parse(stdout), code };
    },
    flags,
    off: async () => (await flags()).phases.filter(({ enabled }) => !enabled).map(({ name }) => name),
    store: async (count) => {
      stored = Array.from({ length: count }, (_, index) => `key-${index}`);
      for (const key of stored) await client.putValue(key, `value of ${key}`, signal);
    },
    lost: async () => {
      const lost: string[] = [];
      for (const key of stored) {
        if ((await client.getValue(key, signal)) !== `value of ${key}`) lost.push(key);
      }
      return lost;
    },
    remove: () => cqkd.remove(),
  };
}
