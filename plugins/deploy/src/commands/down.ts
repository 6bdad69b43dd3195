import { BaseCommand, type DownResult, down, renderDown } from '@cqkd/harness';
import { Flags } from '@oclif/core';

export default class Down extends BaseCommand<DownResult> {
  static override summary = 'End a network and remove everything that was kept of it.';
  static override description =
    'Workers end first, then local, regional and super nodes, then the coordinator. Afterwards no process of the network is left.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -n trial --force',
    '<%= config.bin %> <%= command.id %> --all',
  ];
  static override flags = {
    all: Flags.boolean({ summary: 'Every network there is.' }),
    force: Flags.boolean({ summary: 'Kill at once, even where the state of the network is corrupt.' }),
  };

  async run(): Promise<DownResult> {
    const { flags } = await this.parse(Down);
    const result = await down({ ...this.context(flags), all: flags.all, force: flags.force });
    await this.say(renderDown(result));
    return result;
  }
}
