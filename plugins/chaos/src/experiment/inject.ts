import { KernelFilterUnavailable } from '@cqkd/harness';
import { type Deeds, healAll, injectAll } from '../actions/deeds.js';
import { byNode, noteOf } from './choose-means.js';

/**
 * Puts a fault on; a cut that the kernel turns out not to be able to make is made by the nodes.
 *
 * @param journal told before anything else is done than what it knows of
 * @returns what was done, and what is to be said of it
 */
export async function inject(
  deeds: Deeds,
  { insistsOnKernel, journal }: { insistsOnKernel: boolean; journal: (deeds: Deeds) => void },
): Promise<{ deeds: Deeds; notes: string[] }> {
  journal(deeds);
  try {
    await injectAll(deeds);
    return { deeds, notes: [] };
  } catch (error) {
    if (!(error instanceof KernelFilterUnavailable) || insistsOnKernel) throw error;
    await healAll(deeds);
    const others = { ...deeds, actions: deeds.actions.map(byNode) };
    journal(others);
    await injectAll(others);
    return { deeds: others, notes: [noteOf(error.message)] };
  }
}
