import { parseSettings, type SettingsView, type SettingTexts, settingTexts } from '@cqkd/node/control';
import type { Plan } from '../../plan/plan.js';

/** A setting that a host or a node does not run with as it is meant to. */
export interface Drift {
  /** Lower-case name. */
  setting: string;
  /** Name of the host, or of the node; null = the network as a whole. */
  place: string | null;
  value: string | null;
  meant: string | null;
}

/** Every setting as a plan means it, as text by lower-case name. */
export function meantBy(plan: Plan): SettingTexts {
  return settingTexts(parseSettings(plan.settings));
}

/** Where a running network is not what is meant. */
export function driftsOf(view: SettingsView, meant: SettingTexts): Drift[] {
  const at = (place: string | null, values: SettingTexts): Drift[] =>
    Object.entries(values).flatMap(([setting, value]) => {
      const should = meant[setting] ?? null;
      return value === should ? [] : [{ setting, place, value, meant: should }];
    });
  return [
    ...at(null, view.settings),
    // A host tells only what differs from the network: where it tells nothing, it is as the network is.
    ...Object.entries(view.hosts).flatMap(([host, values]) => at(host, values)),
    ...Object.entries(view.nodes).flatMap(([node, values]) => at(node, values)),
  ];
}
