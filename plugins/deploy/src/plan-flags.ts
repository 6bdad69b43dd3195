import {
  mostNodesPerHost,
  type Preset,
  parseAssignments,
  presets,
  topologies,
  wholeNumber,
} from '@cqkd/harness';
import { settingsOfEnvironment } from '@cqkd/node/control';
import { Flags } from '@oclif/core';

/** What a network is planned from: the flags of every command that makes a plan. */
export const planFlags = {
  scale: Flags.option({ options: Object.keys(presets) as Preset[] })({
    char: 's',
    summary: 'Size: 15, 50, 200 or 1000 workers; custom takes -w. By default small.',
  }),
  workers: wholeNumber('--workers', { min: 1 })({
    char: 'w',
    helpValue: 'N',
    summary: 'Number of workers.',
  }),
  templates: Flags.string({
    helpValue: 'DIR',
    summary: 'Compose templates of your own for the containers; those that it lacks are the shipped ones.',
  }),
  topology: Flags.option({ options: topologies })({
    default: 'auto',
    summary: 'How bootstrap nodes are arranged.',
  }),
  density: wholeNumber('--density', { min: 1, max: mostNodesPerHost })({
    helpValue: 'N',
    summary: 'Nodes per host, each of one tier and region; by default hosts are shared, one per core.',
  }),
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'KEY=VALUE',
    summary: 'A setting.',
  }),
  seed: wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 })({
    helpValue: 'N',
    summary: 'Seed of every random choice.',
  }),
};

/** Settings of the environment, and those of `--set`, which win. */
export function givenSettings(set: readonly string[] = []): Record<string, string> {
  return { ...settingsOfEnvironment(process.env), ...parseAssignments(set) };
}
