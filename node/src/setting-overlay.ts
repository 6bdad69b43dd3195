import type { SettingChange, SettingOverlay, SettingScope, SettingTexts } from './control/settings-api.js';

/** A host, or a node of it. */
export interface SettingPlace {
  host: string;
  /** Tier of the node; for a host, all tiers that it has nodes of. */
  tiers: readonly string[];
  /** Name of the node; undefined = the host itself. */
  node?: string;
}

/** Nothing was changed. */
export const noOverlay: SettingOverlay = { revision: 0, changes: [] };

export function isWholeNetwork({ hosts, tiers, nodes }: SettingScope): boolean {
  return !hosts && !tiers && !nodes;
}

/** Whether something is for a host or a node. */
export function isMeant(scope: SettingScope, { host, tiers, node }: SettingPlace): boolean {
  return (
    isWholeNetwork(scope) ||
    (scope.hosts?.includes(host) ?? false) ||
    (scope.tiers?.some((tier) => tiers.includes(tier)) ?? false) ||
    (node !== undefined && (scope.nodes?.includes(node) ?? false))
  );
}

/**
 * The settings of one place: what the plan gave, with all changes that are for it.
 *
 * @param place undefined = the network as a whole, which only changes without a scope are for
 */
export function settingsAt(
  given: Readonly<Record<string, string>>,
  { changes }: SettingOverlay,
  place?: SettingPlace,
): Record<string, string> {
  const values = { ...given };
  for (const change of changes) {
    if (place ? !isMeant(change, place) : !isWholeNetwork(change)) continue;
    for (const [name, text] of Object.entries(change.settings)) {
      const value = text ?? given[name];
      if (value === undefined) delete values[name];
      else values[name] = value;
    }
  }
  return values;
}

/** Adds a change. What it makes void of earlier ones is dropped, so that changes back and forth don't pile up. */
export function addChange(overlay: SettingOverlay, change: SettingChange, nowMs: number): SettingOverlay {
  const changes = overlay.changes.flatMap((earlier) => {
    if (!covers(change, earlier)) return [earlier];
    const settings = pick(earlier.settings, (name) => !Object.hasOwn(change.settings, name));
    return Object.keys(settings).length > 0 ? [{ ...earlier, settings }] : [];
  });
  // What is back to the plan everywhere needs no entry.
  const settings = isWholeNetwork(change)
    ? pick(change.settings, (name) => change.settings[name] !== null)
    : change.settings;
  if (Object.keys(settings).length > 0) changes.push({ ...change, settings });
  return { revision: Math.max(Math.floor(nowMs), overlay.revision + 1), changes };
}

/** What of `values` is not the same in `others`. */
export function differences(values: SettingTexts, others: SettingTexts): SettingTexts {
  return pick(values, (name) => values[name] !== others[name]);
}

function covers(later: SettingScope, earlier: SettingScope): boolean {
  if (isWholeNetwork(later)) return true;
  if (isWholeNetwork(earlier)) return false;
  return (['hosts', 'tiers', 'nodes'] as const).every((list) =>
    (earlier[list] ?? []).every((name) => later[list]?.includes(name)),
  );
}

function pick(values: SettingTexts, isWanted: (name: string) => boolean): SettingTexts {
  return Object.fromEntries(Object.entries(values).filter(([name]) => isWanted(name)));
}
