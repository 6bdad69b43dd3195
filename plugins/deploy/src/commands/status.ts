import { BaseCommand, renderStatus, type StatusResult, status } from '@cqkd/harness';

export default class Status extends BaseCommand<StatusResult> {
  static override summary = 'Show networks with their hosts and nodes.';
  static override description =
    'Every network, or the one that -n names. Which processes live is checked, not remembered.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -n trial --json',
  ];

  async run(): Promise<StatusResult> {
    const { flags, metadata } = await this.parse(Status);
    const { network: named, ...context } = this.context(flags);
    const network = metadata.flags.network?.setFromDefault ? undefined : named;
    const result = await status({ ...context, network });
    await this.say(renderStatus(result));
    return result;
  }
}
