/** The JSON by which settings are changed and read while a network runs. */

/** Values as text by lower-case name; null = back to what the plan gave. */
export type SettingTexts = Record<string, string | null>;

/** Which hosts and nodes something is for: those that any of the lists names; without lists, the whole network. */
export interface SettingScope {
  /** Names of hosts. */
  hosts?: string[];
  tiers?: string[];
  /** Names of nodes; a request may give their ids as well. */
  nodes?: string[];
}

/** Settings that were changed for a part of the network, or for all of it. */
export interface SettingChange extends SettingScope {
  settings: SettingTexts;
}

/** All that was changed since the network was deployed. */
export interface SettingOverlay {
  /** Grows with every change; 0 = none. */
  revision: number;
  /** Oldest first: a later change wins. */
  changes: SettingChange[];
}

/** Body of `PUT /v1/settings`. */
export type SettingsRequest = SettingChange;

/** Answer of `PUT /v1/settings`. */
export interface SettingsAnswer {
  /** Names of the settings that are in force now. */
  applied: string[];
  /** Names of those that running nodes don't take: they need a new deployment, and nothing was changed for them. */
  restart: string[];
  /** Of each host that it was for: `applied`, or why not yet; a host that is away gets it when it is back. */
  hosts: Record<string, string>;
}

/** Answer of `GET /v1/settings`: what hosts and nodes run with at this moment, as they say themselves. */
export interface SettingsView {
  /** Settings of the network as a whole; null = not set. */
  settings: SettingTexts;
  /** What was changed since it was deployed, oldest first; a later change wins. */
  changes: SettingChange[];
  /** Hosts that run with something else, each with what differs. */
  hosts: Record<string, SettingTexts>;
  /** Nodes that run with something else than their host, each with what differs. */
  nodes: Record<string, SettingTexts>;
  /** Hosts that did not answer. */
  away: string[];
}

/** `GET /v1/settings` of a host. */
export interface HostSettingsView {
  overlay: SettingOverlay;
  /** Settings of the host itself, and of every node that is not in `nodes`. */
  settings: SettingTexts;
  /** Nodes that run with something else, each with what differs. */
  nodes: Record<string, SettingTexts>;
}
