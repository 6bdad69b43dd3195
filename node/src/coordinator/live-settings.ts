import { HttpError, messageOf } from '../control/http-error.js';
import { pause } from '../control/pause.js';
import type {
  HostSettingsView,
  SettingChange,
  SettingOverlay,
  SettingsAnswer,
  SettingsRequest,
  SettingsView,
} from '../control/settings-api.js';
import {
  addChange,
  differences,
  isMeant,
  isWholeNetwork,
  noOverlay,
  settingsAt,
} from '../setting-overlay.js';
import { parseSettings, SettingError, type Settings, settingTable, settingTexts } from '../settings.js';
import type { FanOut } from './fan-out.js';
import type { HostRecord, Registry } from './registry.js';
import { checkChange } from './setting-checks.js';
import { requireScope } from './setting-scope.js';

/** For a host to take or tell its settings. */
const TIMEOUT_MS = 5000;
/** A change waits so long for the first report of a host. Hosts report every 5 s, the longest when nothing happens. */
const FIRST_REPORT_MS = 6000;

export interface LiveSettingsInit {
  /** What the plan gave. */
  given: Readonly<Record<string, string>>;
  registry: Registry;
  fanOut: FanOut;
  /** Told of the settings of the network as a whole, when they have changed. */
  onChange: (settings: Settings) => void;
  /** Told of each change, in one line. */
  onTold: (message: string) => void;
}

/**
 * The settings of a running network: what the plan gave, and what was changed since.
 *
 * Every host holds all that was changed, with its revision, and reports the revision: so a host that comes back is
 * brought up to date, and a coordinator that was started anew learns from the hosts what there was.
 */
export class LiveSettings {
  readonly #init: LiveSettingsInit;
  #given: Readonly<Record<string, string>>;
  #overlay: SettingOverlay = noOverlay;
  #current: Settings;
  /** Hosts that are being brought up to date. */
  readonly #underway = new Set<string>();
  #learning: Promise<void> | undefined;
  readonly #startedAtMs = performance.now();
  /** Aborts as soon as a host has reported. */
  readonly #informed = new AbortController();

  /** @throws SettingError */
  constructor(init: LiveSettingsInit) {
    this.#init = init;
    this.#given = init.given;
    this.#current = parseSettings(init.given);
  }

  /** Those of the network as a whole, and of the coordinator's own node. */
  get current(): Settings {
    return this.#current;
  }

  /** The plan gives something else; what was changed since stays in force. @throws SettingError */
  give(given: Readonly<Record<string, string>>): void {
    const current = parseSettings(settingsAt(given, this.#overlay));
    this.#given = given;
    this.#use(current);
  }

  /** Changes settings. @throws SettingError, HttpError 404 when it is for nobody, 400 and 409 when it makes no sense */
  async change(request: SettingsRequest): Promise<SettingsAnswer> {
    // A coordinator that was started anew would put the change in the place of all that there was.
    const waitMs = this.#startedAtMs + FIRST_REPORT_MS - performance.now();
    if (waitMs > 0) await pause(waitMs, this.#informed.signal);
    await this.#learning;
    const { registry } = this.#init;
    const change = requireScope(request, registry.hosts);
    checkChange(change, { given: this.#given, overlay: this.#overlay, hosts: registry.hosts });
    const names = Object.keys(change.settings) as (keyof typeof settingTable)[];
    const applied = names.filter((name) => settingTable[name].live);
    const restart = names.filter((name) => !settingTable[name].live);
    if (applied.length === 0) return { applied, restart, hosts: {} };

    const settings = Object.fromEntries(applied.map((name) => [name, change.settings[name] ?? null]));
    const live = { ...change, settings };
    this.#overlay = addChange(this.#overlay, live, Date.now());
    this.#use(parseSettings(settingsAt(this.#given, this.#overlay)));
    const [meant, others] = split(registry.hosts, live);
    // The others only learn of the revision: nobody waits for them.
    for (const host of others) void this.#bring(host);
    const answers = await Promise.all(
      meant.map(async (host) => [host.name, await this.#bring(host)] as const),
    );
    this.#init.onTold(describe(live));
    return { applied, restart, hosts: Object.fromEntries(answers) };
  }

  /** What hosts and nodes run with at this moment, as they say themselves. */
  async view(signal: AbortSignal): Promise<SettingsView> {
    const { registry, fanOut } = this.#init;
    const up = registry.hosts.filter((host) => host.state === 'up');
    const options = { timeoutMs: TIMEOUT_MS, signal };
    const answers = await fanOut.callAll<HostSettingsView>(up, 'GET', '/v1/settings', options);
    const settings = settingTexts(this.#current);
    const view: SettingsView = { settings, changes: this.#overlay.changes, hosts: {}, nodes: {}, away: [] };
    for (const { name } of registry.hosts) {
      const answer = answers.get(name);
      if (!answer) view.away.push(name);
      else {
        const differing = differences(answer.settings, settings);
        if (Object.keys(differing).length > 0) view.hosts[name] = differing;
        Object.assign(view.nodes, answer.nodes);
      }
    }
    return view;
  }

  /** A host has reported which revision it has: one that has less is brought up to date, one that has more is believed. */
  reported({ name, settingsRevision = 0 }: Pick<HostRecord, 'name' | 'settingsRevision'>): void {
    const { revision } = this.#overlay;
    const host = this.#init.registry.host(name);
    if (!host) return;
    this.#informed.abort();
    if (settingsRevision === revision || this.#underway.has(name)) return;
    if (settingsRevision < revision) void this.#bring(host);
    else this.#learning ??= this.#learn(name).finally(() => (this.#learning = undefined));
  }

  /** Gives a host all that was changed. @returns `applied`, or why not */
  async #bring({ name, state }: HostRecord): Promise<string> {
    if (state !== 'up') return `away, takes it when it is back`;
    this.#underway.add(name);
    try {
      const options = { body: this.#overlay, timeoutMs: TIMEOUT_MS };
      await this.#init.fanOut.call(name, 'PUT', '/v1/settings', options);
      return 'applied';
    } catch (error) {
      return messageOf(error);
    } finally {
      this.#underway.delete(name);
    }
  }

  /** Takes from a host what an earlier coordinator changed. */
  async #learn(name: string): Promise<void> {
    const { fanOut } = this.#init;
    try {
      const options = { timeoutMs: TIMEOUT_MS };
      const { overlay } = await fanOut.call<HostSettingsView>(name, 'GET', '/v1/settings', options);
      if (overlay.revision <= this.#overlay.revision) return;
      const current = parseSettings(settingsAt(this.#given, overlay));
      this.#overlay = overlay;
      this.#use(current);
    } catch (error) {
      // It reports again soon, and is asked again.
      if (!(error instanceof HttpError || error instanceof SettingError)) throw error;
    }
  }

  #use(settings: Settings): void {
    this.#current = settings;
    this.#init.onChange(settings);
  }
}

/** Hosts that a change is for, or for a node of theirs, and the others. */
function split(hosts: readonly HostRecord[], change: SettingChange): [HostRecord[], HostRecord[]] {
  const isFor = ({ name, tiers, nodes }: HostRecord) =>
    isMeant(change, { host: name, tiers }) || nodes.some((node) => change.nodes?.includes(node.name));
  return [hosts.filter(isFor), hosts.filter((host) => !isFor(host))];
}

function describe(change: SettingChange): string {
  const settings = Object.entries(change.settings).map(([name, text]) =>
    text === null ? `${name} as planned` : `${name}=${text}`,
  );
  const { hosts = [], tiers = [], nodes = [] } = change;
  const most = 5;
  const names = [...tiers, ...hosts, ...nodes];
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  const whom = isWholeNetwork(change) ? 'the whole network' : names.slice(0, most).join(', ') + more;
  return `${settings.join(', ')} for ${whom}`;
}
