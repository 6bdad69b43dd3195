import type { NetworkHandle } from '@cqkd/harness';
import type { Picture } from '../picture.js';

/** The network as it is now. @param seed of the lookup by which its K is learnt */
export async function pictureOf(
  { client, deployment }: Pick<NetworkHandle, 'client' | 'deployment'>,
  seed: number,
  signal: AbortSignal,
): Promise<Picture> {
  const { hosts } = await client.network(signal);
  const { k } = await client.lookup({ count: 1, seed }, signal);
  const nodes = hosts.flatMap(({ name: host, state, nodes }) =>
    nodes
      .filter((node) => state === 'up' && node.state === 'joined')
      .map(({ name, id, tier, region }) => ({ name, id, tier, region, host })),
  );
  return { nodes, k, workers: deployment.plan.workers };
}
