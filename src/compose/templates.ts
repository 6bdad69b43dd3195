import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Tier } from '@cqkd/node/control';
import { parse } from 'yaml';
import { messageOf, systemCode, UsageError } from '../errors.js';
import type { Variables } from './interpolate.js';
import { type NetworkDefinition, parseNetwork } from './network-definition.js';
import { parseService } from './parse-service.js';
import { Place } from './place.js';
import type { Service } from './service.js';
import { shippedTemplates } from './templates-folder.js';
import { known, object } from './values.js';

/** Templates of containers: one for each tier, one for hosts that several tiers share. */
export type TemplateName = Tier | 'shared';

/** A part of a Compose file, as YAML has it. */
interface Section {
  raw: unknown;
  place: Place;
}

/** The Compose files that say what a container of each tier and their network look like. */
export class Templates {
  readonly #sections = new Map<string, Section>();

  /** @param folders where a file is looked for, the first that has it wins */
  private constructor(private readonly folders: readonly string[]) {}

  /**
   * The templates that come with cqkd, and before them those of the user's own folder.
   *
   * @throws UsageError when there is no such folder; EnvironmentError when the shipped ones are missing
   */
  static open(own?: string): Templates {
    if (own === undefined) return new Templates([shippedTemplates()]);
    const folder = resolve(own);
    if (!existsSync(folder))
      throw new UsageError(`--templates takes a folder, got ${own}, which is not there`);
    return new Templates([folder, shippedTemplates()]);
  }

  /** The container that a template describes. @throws UsageError */
  service(name: TemplateName, variables: Variables): Service {
    const { raw, place } = this.#section(name, 'services', name);
    const service = parseService(raw, place, variables);
    for (const key of Object.keys(service.networks)) {
      if (key === this.networkKey) continue;
      throw place
        .at('networks')
        .error(`has ${key}, which is not supported: the network is ${this.networkKey}`);
    }
    return service;
  }

  /** What the services call the network that they share. @throws UsageError */
  get networkKey(): string {
    return this.#section('network', 'networks').place.name;
  }

  /** The network that all containers share. @throws UsageError */
  network(variables: Variables): NetworkDefinition {
    const { raw, place } = this.#section('network', 'networks');
    return parseNetwork(raw, place, variables);
  }

  /** The only entry of a section of a file; other entries would never be started. */
  #section(file: string, section: 'services' | 'networks', name?: string): Section {
    const found = this.#sections.get(file);
    if (found) return found;
    const path = this.#find(`${file}.yml`);
    const place = new Place(path);
    const entries = object(
      known(read(path), place, ['version', 'name', section])[section],
      place.at(section),
    );
    const names = Object.keys(entries);
    const [only] = names;
    if (only === undefined || names.length > 1 || (name !== undefined && only !== name)) {
      throw place.at(section).takes(name ? `one service, ${name}` : 'one network', names);
    }
    const result = { raw: entries[only], place: place.of(only) };
    this.#sections.set(file, result);
    return result;
  }

  #find(file: string): string {
    const paths = this.folders.map((folder) => join(folder, file));
    return paths.find((path) => existsSync(path)) ?? (paths.at(-1) as string);
  }
}

function read(path: string): unknown {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Can't read ${path} (${systemCode(error) ?? messageOf(error)})`);
  }
  try {
    return parse(content, { merge: true });
  } catch (error) {
    throw new UsageError(`${path} is no YAML: ${messageOf(error).split(/:? \d+ \|/)[0]}`);
  }
}
