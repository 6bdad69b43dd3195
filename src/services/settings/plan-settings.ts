import { type SettingName, settingTable } from '@cqkd/node/control';
import type { Plan } from '../../plan/plan.js';
import { parseGivenSettings } from '../../settings/given-settings.js';
import type { NetworkHandle } from '../network-handle.js';
import { replan } from '../replan.js';
import { meantBy } from './drift.js';

/** Whether running nodes take a change of a setting; else hosts take a new spec for it, or are started anew. */
export function isLive(name: string): boolean {
  return settingTable[name as SettingName].live;
}

/** Settings that only say where workers listen: a host that runs moves its nodes. */
const placing: readonly string[] = ['enable_dynamic_ports', 'base_port', 'max_port', 'fallback_static_port'];

/** Whether hosts have to be started anew for a change of a setting. */
export function needsRestart(name: string): boolean {
  return !isLive(name) && !placing.includes(name);
}

/**
 * The plan of a network with changed settings: the same one where running nodes take them all, else a new one.
 *
 * @param changes text by lower-case name
 * @throws UsageError when a value is bad, or the settings contradict each other
 */
export async function planWithSettings(
  root: string,
  handle: NetworkHandle,
  changes: Readonly<Record<string, string>>,
): Promise<Plan> {
  const { plan } = handle.deployment;
  const settings = { ...plan.settings, ...changes };
  parseGivenSettings(settings);
  const changed: Plan = {
    ...plan,
    settings,
    hosts: plan.hosts.map((host) => ({ ...host, settings })),
    coordinator: { ...plan.coordinator, settings },
  };
  const [before, after] = [meantBy(plan), meantBy(changed)];
  const isTheSame = Object.keys(after).every((name) => isLive(name) || before[name] === after[name]);
  return isTheSame ? changed : replan(root, handle, { settings });
}
