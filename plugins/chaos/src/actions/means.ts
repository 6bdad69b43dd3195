import { EnvironmentError, type MendableNetwork } from '@cqkd/harness';
import type { Action } from './action.js';
import { byCrash } from './crash.js';
import { byKernel } from './kernel.js';
import { byLoad } from './load.js';
import { byNode } from './node.js';
import { byPause } from './pause.js';
import { byScale } from './scale.js';

/** What an action is done on, and by what name. */
export interface Patient extends Pick<MendableNetwork, 'client' | 'driver' | 'units' | 'token'> {
  /** Of the one action: nodes and kernel know it by this. */
  id: string;
  /** What lifts itself does so after this time. Seconds. */
  ttlSeconds: number;
  signal: AbortSignal;
  /** Makes the network so large. */
  scale: (workers: number, signal: AbortSignal) => Promise<void>;
}

/** One way to do something to a network. */
export interface Means<A extends Action = Action> {
  inject(action: A, patient: Patient): Promise<void>;
  /**
   * Undoes it, whether it was done, half done, or undone before.
   *
   * @param revive also brings back what was meant to stay away
   */
  heal(action: A, patient: Patient, options: { revive: boolean }): Promise<void>;
  /** Whether it is still as it was injected. */
  isOn(action: A, patient: Patient): Promise<boolean>;
}

const means: { [By in Action['by']]: Means<Extract<Action, { by: By }>> } = {
  node: byNode,
  kernel: byKernel,
  crash: byCrash,
  pause: byPause,
  scale: byScale,
  load: byLoad,
};

/** How an action is done. */
export function meansOf(action: Action): Means {
  const found = means[action.by] as Means<never> as Means | undefined;
  // A journal may come from another version.
  if (!found)
    throw new EnvironmentError(
      `The journal has an action ${action.by} that this cqkd does not know: heal with the version that did it, or end the network`,
    );
  return found;
}

/** What each action of a fault is called. */
export function actionId(fault: string, index: number): string {
  return `${fault}.${index}`;
}
