import type { HostSettingsView, SettingOverlay } from '../control/settings-api.js';
import { differences, noOverlay, type SettingPlace, settingsAt } from '../setting-overlay.js';
import { parseSettings, type Settings, settingTexts } from '../settings.js';
import type { HostSpec } from './spec.js';

/** Settings of a host and of each of its nodes: what the plan gave, with what was changed since. */
export class HostSettings {
  readonly #place: SettingPlace;
  #given: HostSpec['settings'];
  #overlay: SettingOverlay = noOverlay;
  /** Nodes with the same settings share one object. */
  #parsed = new Map<string, Settings>();
  #ofHost: Settings;

  /** @throws SettingError */
  constructor({ name, tier, settings }: Pick<HostSpec, 'name' | 'tier' | 'settings'>) {
    this.#place = { host: name, tier };
    this.#given = settings;
    this.#ofHost = this.#parse(settings);
  }

  get revision(): number {
    return this.#overlay.revision;
  }

  /** Those of the host itself. */
  get ofHost(): Settings {
    return this.#ofHost;
  }

  of(node: string): Settings {
    return this.#at({ ...this.#place, node });
  }

  /** The plan gives something else; what was changed since stays. @throws SettingError and changes nothing */
  give(given: HostSpec['settings'], nodes: readonly string[]): void {
    this.#use(given, this.#overlay, nodes);
  }

  /** Takes what was changed; an older one than it has is ignored. @throws SettingError and changes nothing */
  overlay(overlay: SettingOverlay, nodes: readonly string[]): void {
    if (overlay.revision >= this.revision) this.#use(this.#given, overlay, nodes);
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

  #use(given: HostSpec['settings'], overlay: SettingOverlay, nodes: readonly string[]): void {
    const before = [this.#given, this.#overlay, this.#parsed] as const;
    [this.#given, this.#overlay, this.#parsed] = [given, overlay, new Map()];
    try {
      const ofHost = this.#at(this.#place);
      for (const node of nodes) this.of(node);
      this.#ofHost = ofHost;
    } catch (error) {
      [this.#given, this.#overlay, this.#parsed] = before;
      throw error;
    }
  }

  #at(place: SettingPlace): Settings {
    // Most nodes have what their host has: nothing to put together for them.
    const { node } = place;
    const apart = node !== undefined && this.#overlay.changes.some((change) => change.nodes?.includes(node));
    if (node !== undefined && !apart) return this.#at(this.#place);
    return this.#parse(settingsAt(this.#given, this.#overlay, place));
  }

  #parse(values: Record<string, string>): Settings {
    const key = JSON.stringify(Object.entries(values).sort());
    const parsed = this.#parsed.get(key) ?? parseSettings(values);
    this.#parsed.set(key, parsed);
    return parsed;
  }
}
