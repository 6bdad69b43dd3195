import type { Action } from './action.js';
import type { Means } from './means.js';

/** Hosts are frozen. */
export const byPause: Means<Extract<Action, { by: 'pause' }>> = {
  inject: async ({ hosts }, { driver }) => {
    await driver.pause(hosts);
  },
  heal: async ({ hosts }, { driver }) => {
    await driver.unpause(hosts);
  },
  isOn: async ({ hosts }, { driver }) => {
    const paused = (await driver.inspect()).filter((unit) => unit.paused).map(({ name }) => name);
    return hosts.every((name) => paused.includes(name));
  },
};
