import { type SmallNetwork, smallNetwork } from './small-network.js';

/** What is done to a network, by its title. */
export type Jobs = Record<string, (net: SmallNetwork) => Promise<void>>;

export interface Lanes {
  networks: readonly SmallNetwork[];
  /** Ends when the job has. @throws what it threw */
  result(title: string): Promise<void>;
  remove(): Promise<void>;
}

/** Does jobs on several small networks at a time, since most of their time is waiting; tests await them one by one. */
export async function inLanes(
  count: number,
  jobs: Jobs,
  { prefix = 'lane', deploy }: { prefix?: string; deploy?: readonly string[] } = {},
): Promise<Lanes> {
  const networks: SmallNetwork[] = [];
  for (let index = 0; index < count; index++) networks.push(await smallNetwork(`${prefix}-${index}`, deploy));
  const last: Promise<unknown>[] = networks.map(async () => {});
  const results = new Map<string, Promise<void>>();
  for (const [index, [title, work]] of Object.entries(jobs).entries()) {
    const lane = index % count;
    const result = (last[lane] as Promise<unknown>).then(() => work(networks[lane] as SmallNetwork));
    results.set(title, result);
    last[lane] = result.catch(() => {});
  }
  return {
    networks,
    result: (title) => results.get(title) as Promise<void>,
    remove: async () => {
      await Promise.all(last);
      for (const net of networks) await net.remove();
    },
  };
}
