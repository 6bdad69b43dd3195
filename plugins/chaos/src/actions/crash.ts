import { runningUnits } from '@cqkd/harness';
import type { Action } from './action.js';
import type { Means } from './means.js';

/** Hosts are killed, and started again under the same names, ids and ports. */
export const byCrash: Means<Extract<Action, { by: 'crash' }>> = {
  inject: async ({ hosts }, { driver }) => {
    await driver.crash(hosts);
  },
  heal: async ({ hosts, keep }, { driver, units, token }, { revive }) => {
    if (keep && !revive) return;
    const wanted = new Set(hosts);
    await driver.revive(
      units.filter(({ name }) => wanted.has(name)),
      token,
    );
  },
  isOn: async ({ hosts }, { driver }) => {
    const running = await runningUnits(driver);
    return !hosts.some((name) => running.has(name));
  },
};
