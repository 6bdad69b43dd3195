import { openNetwork, readJournal, removeFromJournal } from '@cqkd/harness';

export interface HealResult {
  network: string;
  /** Faults that were on, as the coordinator or the journal knew them. */
  lifted: string[];
  /** Of each host: `lifted`, or why not; there they end by themselves. */
  hosts: Record<string, string>;
}

/** Lifts everything that is on, whoever put it on; again and again does no harm. @throws UsageError, EnvironmentError */
export async function heal(options: {
  root: string;
  network: string;
  signal: AbortSignal;
}): Promise<HealResult> {
  const { root, network, signal } = options;
  const { client, paths } = await openNetwork(root, network);
  const active = await client.faults(signal);
  // First of all: the journal may be broken.
  const { hosts } = await client.liftFaults(signal);
  const noted = readJournal(paths);
  for (const { id } of noted) removeFromJournal(paths, id);
  const lifted = new Set([...active, ...noted].map(({ id }) => id));
  return { network, lifted: [...lifted], hosts };
}
