import type { Action } from './action.js';
import type { Means } from './means.js';

/** Made by whoever measures the network: there is nothing to put on, and nothing to lift. */
export const byLoad: Means<Extract<Action, { by: 'load' }>> = {
  inject: async () => {},
  heal: async () => {},
  isOn: async () => true,
};
