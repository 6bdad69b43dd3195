import { wholeNumber } from '@cqkd/harness';
import { ChaosCommand } from '../../command/chaos-command.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Overload extends ChaosCommand {
  static override summary = 'Give a network more than it was planned for.';
  static override description =
    'Lets it grow to more workers, and shrink again at the end; or runs many lookups at a time. By default it grows to 1500 ' +
    'workers.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --workers 1500',
    '<%= config.bin %> <%= command.id %> --operations 1000',
  ];
  static override flags = {
    workers: wholeNumber('--workers', { min: 1 })({
      char: 'w',
      exclusive: ['operations'],
      helpValue: 'N',
      summary: 'Workers that it grows to.',
    }),
    operations: wholeNumber('--operations', { min: 1, max: 1000 })({
      helpValue: 'N',
      summary: 'Lookups at a time; 1000 at most.',
    }),
  };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Overload);
    const { workers, operations } = flags;
    return this.carryOut('overload', { workers, operations }, flags);
  }
}
