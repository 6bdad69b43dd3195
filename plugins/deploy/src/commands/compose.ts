import {
  BaseCommand,
  type ComposeResult,
  compose,
  mostNodesPerHost,
  type Preset,
  parseAssignments,
  presets,
  renderComposed,
  topologies,
  wholeNumber,
  workersFor,
} from '@cqkd/harness';
import { settingsOfEnvironment } from '@cqkd/node/control';
import { Flags } from '@oclif/core';

export default class Compose extends BaseCommand<ComposeResult> {
  static override summary = 'Write a network as files for docker compose.';
  static override description =
    'Plans the network as deploy does, and writes a docker-compose.yml and a .env with its token: docker compose up -d ' +
    'runs it in that folder, without this program. Status, verify and down know it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> -o trial -n trial -w 50',
    '<%= config.bin %> <%= command.id %> -o trial --templates own-templates',
  ];
  static override flags = {
    output: Flags.string({ char: 'o', default: '.', helpValue: 'DIR', summary: 'Folder for the files.' }),
    force: Flags.boolean({ summary: 'Write over files that are not of this network.' }),
    scale: Flags.option({ options: Object.keys(presets) as Preset[] })({
      char: 's',
      summary: 'Size: 15, 50, 200 or 1000 workers; custom takes -w. By default small.',
    }),
    workers: wholeNumber('--workers', { min: 1 })({
      char: 'w',
      helpValue: 'N',
      summary: 'Number of workers.',
    }),
    topology: Flags.option({ options: topologies })({
      default: 'auto',
      summary: 'How bootstrap nodes are arranged.',
    }),
    density: wholeNumber('--density', { min: 1, max: mostNodesPerHost })({
      helpValue: 'N',
      summary: 'Nodes a host; by default as few hosts as make sense.',
    }),
    templates: Flags.string({
      helpValue: 'DIR',
      summary: 'Compose templates of your own for the containers; those that it lacks are the shipped ones.',
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

  async run(): Promise<ComposeResult> {
    const { flags } = await this.parse(Compose);
    const result = await compose({
      ...this.context(flags),
      workers: workersFor(flags.scale, flags.workers),
      topology: flags.topology,
      settings: { ...settingsOfEnvironment(process.env), ...parseAssignments(flags.set ?? []) },
      density: flags.density,
      seed: flags.seed,
      folder: flags.output,
      templates: flags.templates,
      force: flags.force,
    });
    await this.say(renderComposed(result));
    return result;
  }
}
