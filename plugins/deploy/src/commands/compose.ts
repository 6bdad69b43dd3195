import { BaseCommand, type ComposeResult, compose, renderComposed, workersFor } from '@cqkd/harness';
import { Flags } from '@oclif/core';
import { givenSettings, planFlags } from '../plan-flags.js';

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
    ...planFlags,
  };

  async run(): Promise<ComposeResult> {
    const { flags } = await this.parse(Compose);
    const result = await compose({
      ...this.context(flags),
      workers: workersFor(flags.scale, flags.workers),
      topology: flags.topology,
      settings: givenSettings(flags.set),
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
