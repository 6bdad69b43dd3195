import type { HostSettingsView, SettingOverlay } from '../control/settings-api.js';
import { differences, isMeant, noOverlay, type SettingPlace, settingsAt } from '../setting-overlay.js';
import { parseSettings, type Settings, settingTexts } from '../settings.js';
import { type HostSpec, type NodeGroup, tiersOf } from './spec.js';

/** Settings of a host and of each of its nodes: what the plan gave, with what was changed since. */
export class HostSettings {
  readonly #name: string;
  /** Tier of each node. */
  #tiers: ReadonlyMap<string, NodeGroup['tier']>;
  #place: SettingPlace;
  #given: HostSpec['settings'];
  #overlay: SettingOverlay = noOverlay;
  /** Nodes with the same settings share one object. */
  #parsed = new Map<string, Settings>();
  #ofHost: Settings;

  /** @throws SettingError */
  constructor(spec: Pick<HostSpec, 'name' | 'groups' | 'settings'>) {
    this.#name = spec.name;
    this.#tiers = tierOfNodes(spec);
    this.#place = { host: this.#name, tiers: tiersOf(spec) };
    this.#given = spec.settings;
    this.#ofHost = this.#parse(spec.settings);
  }

  get revision(): number {
    return this.#overlay.revision;
  }

  /** Those of the host itself. */
  get ofHost(): Settings {
    return this.#ofHost;
  }

  of(node: string): Settings {
    const tier = this.#tiers.get(node);
    const place: SettingPlace = { host: this.#name, tiers: tier ? [tier] : [], node };
    // Most nodes have what their host has: nothing to put together for them.
    const isApart = this.#overlay.changes.some(
      (change) => isMeant(change, place) !== isMeant(change, this.#place),
    );
    return isApart ? this.#at(place) : this.#at(this.#place);
  }

  /** The plan gives something else; what was changed since stays. @throws SettingError and changes nothing */
  give(spec: Pick<HostSpec, 'groups' | 'settings'>): void {
    const before = [this.#tiers, this.#place] as const;
    this.#tiers = tierOfNodes(spec);
    this.#place = { host: this.#name, tiers: tiersOf(spec) };
    try {
      this.#use(spec.settings, this.#overlay);
    } catch (error) {
      [this.#tiers, this.#place] = before;
      throw error;
    }
  }

  /** Takes what was changed; an older one than it has is ignored. @throws SettingError and changes nothing */
  overlay(overlay: SettingOverlay): void {
    if (overlay.revision >= this.revision) this.#use(this.#given, overlay);
  }

  /** @param nodes with the settings that they run with */
  view(nodes: Iterable<{ name: string; settings: Settings }>): HostSettingsView {
    const settings = settingTexts(this.#ofHost);
    const view: HostSettingsView = { overlay: this.#overlay, settings, nodes: {} };
    for (const node of nodes) {
      if (node.settings === this.#ofHost) continue;
      const differing = differences(settingTexts(node.settings), settings);
      if (Object.keys(differing).length > 0) view.nodes[node.name] = differing;
    }
    return view;
  }

  #use(given: HostSpec['settings'], overlay: SettingOverlay): void {
    const before = [this.#given, this.#overlay, this.#parsed] as const;
    [this.#given, this.#overlay, this.#parsed] = [given, overlay, new Map()];
    try {
      const ofHost = this.#at(this.#place);
      for (const node of this.#tiers.keys()) this.of(node);
      this.#ofHost = ofHost;
    } catch (error) {
      [this.#given, this.#overlay, this.#parsed] = before;
      throw error;
    }
  }

  #at(place: SettingPlace): Settings {
    return this.#parse(settingsAt(this.#given, this.#overlay, place));
  }

  #parse(values: Record<string, string>): Settings {
    const key = JSON.stringify(Object.entries(values).sort());
    const parsed = this.#parsed.get(key) ?? parseSettings(values);
    this.#parsed.set(key, parsed);
    return parsed;
  }
}

function tierOfNodes({ groups }: Pick<HostSpec, 'groups'>): Map<string, NodeGroup['tier']> {
  return new Map(groups.flatMap(({ tier, nodes }) => nodes.map(({ name }) => [name, tier])));
}
