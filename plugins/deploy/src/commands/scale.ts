import { BaseCommand, renderScaling, type ScaleResult, scale, wholeNumber } from '@cqkd/harness';

export default class Scale extends BaseCommand<ScaleResult> {
  static override summary = 'Make a running network larger or smaller.';
  static override description =
    'Plans the tiers anew as well. Workers that stay keep their name, host and port; on an error the network is put back as it was.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> -w 200',
    '<%= config.bin %> <%= command.id %> -n trial -w 15 --json',
  ];
  static override flags = {
    workers: wholeNumber('--workers', { min: 1 })({
      char: 'w',
      required: true,
      helpValue: 'N',
      summary: 'Number of workers it shall have.',
    }),
  };

  async run(): Promise<ScaleResult> {
    const { flags } = await this.parse(Scale);
    const result = await scale({ ...this.context(flags), workers: flags.workers });
    await this.say(renderScaling(result));
    return result;
  }
}
