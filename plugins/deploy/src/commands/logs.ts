import { BaseCommand, followLogs, type LogsResult, readLogs, wholeNumber } from '@cqkd/harness';
import { Args, Flags } from '@oclif/core';

export default class Logs extends BaseCommand<LogsResult> {
  static override summary = 'Show what the hosts of a network wrote.';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> coordinator shared-1 --lines 100',
    '<%= config.bin %> <%= command.id %> --follow',
  ];
  static override args = {
    host: Args.string({ description: 'Names of hosts, or coordinator; by default all.' }),
  };
  static override flags = {
    lines: wholeNumber('--lines', { min: 0, max: 10_000 })({
      default: 10,
      helpValue: 'N',
      summary: 'Last lines of each host.',
    }),
    follow: Flags.boolean({
      char: 'f',
      summary: 'Go on with new lines until interrupted.',
      exclusive: ['json'],
    }),
  };

  async run(): Promise<LogsResult> {
    const { flags, argv } = await this.parse(Logs);
    const context = this.context(flags);
    const options = { ...context, units: argv as string[], lines: flags.lines };
    const result = await readLogs(options);
    for (const { name, lines } of result.logs) for (const line of lines) await this.say(`${name}  ${line}`);
    if (flags.follow) {
      for await (const { name, line } of followLogs(options, context.signal))
        await this.say(`${name}  ${line}`);
    }
    return result;
  }
}
