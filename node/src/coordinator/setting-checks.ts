import { HttpError } from '../control/http-error.js';
import type { SettingChange, SettingOverlay } from '../control/settings-api.js';
import { addChange, isWholeNetwork, type SettingPlace, settingsAt } from '../setting-overlay.js';
import {
  environmentName,
  isSettingName,
  parseSettings,
  phases,
  type SettingDefinition,
  settingTable,
  UnknownSettingError,
} from '../settings.js';
import type { HostRecord } from './registry.js';

/** The network that a change is for. */
export interface ChangedNetwork {
  /** What the plan gave. */
  given: Readonly<Record<string, string>>;
  /** What was changed before. */
  overlay: SettingOverlay;
  hosts: readonly HostRecord[];
}

/**
 * Refuses a change that makes no sense anywhere in the network.
 *
 * @throws SettingError for a value, or values that don't go together at some place of the network
 * @throws HttpError 400 for a scope that a setting can't have, 409 in legacy mode
 */
export function checkChange(change: SettingChange, network: ChangedNetwork): void {
  const { settings } = change;
  const names = Object.keys(settings);
  if (names.length === 0) throw new HttpError(400, 'settings takes at least one setting, got {}');
  for (const name of names) {
    if (!isSettingName(name)) throw new UnknownSettingError(name);
    const { of }: SettingDefinition = settingTable[name];
    if (of === 'network' && !isWholeNetwork(change))
      throw new HttpError(400, `${environmentName(name)} takes the whole network, got a part of it`);
    if (of === 'host' && change.nodes)
      throw new HttpError(400, `${environmentName(name)} takes whole hosts, got nodes: name hosts or tiers`);
  }
  const changed = addChange(network.overlay, change, 0);
  const seen = new Set<string>();
  for (const place of placesOf(network.hosts, changed)) {
    const values = settingsAt(network.given, changed, place);
    const key = JSON.stringify(Object.entries(values).sort());
    if (!seen.has(key)) parseSettings(values, settings);
    seen.add(key);
  }
  checkLegacy(settings, network.given);
}

/** The network as a whole, its hosts, and the nodes that have changes of their own. */
function* placesOf(
  hosts: readonly HostRecord[],
  { changes }: SettingOverlay,
): Iterable<SettingPlace | undefined> {
  yield undefined;
  const apart = new Set(changes.flatMap((change) => change.nodes ?? []));
  for (const { name: host, tiers, nodes } of hosts) {
    yield { host, tiers };
    for (const tier of tiers) yield { host, tiers: [tier] };
    for (const { name: node, tier } of nodes) if (apart.has(node)) yield { host, tiers: [tier], node };
  }
}

/** In legacy mode the features stay off, whatever is set: who switches one on must learn of it. */
function checkLegacy(settings: SettingChange['settings'], given: ChangedNetwork['given']): void {
  if (!parseSettings(given).legacy_compatibility_mode) return;
  for (const { flag } of phases) {
    const text = settings[flag];
    if (typeof text === 'string' && parseSettings({ [flag]: text })[flag])
      throw new HttpError(409, `${environmentName(flag)} takes false in legacy mode, got "${text}"`);
  }
}
