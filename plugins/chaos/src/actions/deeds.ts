import { messageOf } from '@cqkd/harness';
import type { Action } from './action.js';
import { actionId, meansOf, type Patient } from './means.js';

/** Everything that is done by one fault. */
export interface Deeds {
  /** Of the fault. */
  id: string;
  actions: readonly Action[];
  patient: Omit<Patient, 'id'>;
}

/** Does it all, one after the other. */
export async function injectAll({ id, actions, patient }: Deeds): Promise<void> {
  for (const [index, action] of actions.entries()) {
    await meansOf(action).inject(action, { ...patient, id: actionId(id, index) });
    const before = actions[index - 1];
    if (before?.by === 'node' && before.fleeting)
      await patient.client.liftFaults(patient.signal, actionId(id, index - 1));
  }
}

/** Undoes it all, the last first; one that fails does not keep the others. @returns why some were not undone, a line each */
export async function healAll({ id, actions, patient }: Deeds, { revive = false } = {}): Promise<string[]> {
  const failures: string[] = [];
  for (const [index, action] of [...actions.entries()].reverse()) {
    const own = { ...patient, id: actionId(id, index) };
    try {
      await meansOf(action).heal(action, own, { revive });
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  return failures;
}

/** Whether all of it is still on. */
export async function isAllOn({ id, actions, patient }: Deeds): Promise<boolean> {
  for (const [index, action] of actions.entries()) {
    if (!(await meansOf(action).isOn(action, { ...patient, id: actionId(id, index) }))) return false;
  }
  return true;
}
