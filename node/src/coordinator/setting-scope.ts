import { HttpError } from '../control/http-error.js';
import type { SettingChange, SettingsRequest } from '../control/settings-api.js';
import type { HostRecord } from './registry.js';

/** Makes of a request a change that names nodes by their names. @throws HttpError 404 when a part of it is for nobody */
export function requireScope(request: SettingsRequest, hosts: readonly HostRecord[]): SettingChange {
  for (const name of request.hosts ?? []) {
    if (!hosts.some((host) => host.name === name))
      throw new HttpError(404, `No host "${name}" in this network`);
  }
  for (const tier of request.tiers ?? []) {
    if (!hosts.some((host) => host.tiers.some((each) => each === tier)))
      throw new HttpError(404, `No node of tier "${tier}" in this network`);
  }
  if (!request.nodes) return request;
  const names = new Map<string, string>();
  for (const node of hosts.flatMap((host) => host.nodes))
    names.set(node.id, node.name).set(node.name, node.name);
  const nodes = request.nodes.map((node) => {
    const name = names.get(node);
    if (name === undefined) throw new HttpError(404, `No node "${node}" in this network`);
    return name;
  });
  return { ...request, nodes: [...new Set(nodes)] };
}
