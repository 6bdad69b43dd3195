import { randomBytes } from 'node:crypto';
import { BaseCommand, duration, exitCodeOf, wholeNumber } from '@cqkd/harness';
import { Flags } from '@oclif/core';
import { experiment } from '../../experiment/experiment.js';
import type { ChaosResult } from '../../experiment/results.js';
import { cutBy, shapes } from '../../partition/shapes.js';
import { renderChaos } from '../../report.js';

export default class Partition extends BaseCommand<ChaosResult> {
  static override summary = 'Split a network, and watch it come together again.';
  static override description =
    'Checks that the network is well, cuts it, proves that the cut is on, measures each side by itself, heals it, and waits ' +
    'until it is one network again. Exits with 0 when it survived, 3 when it did not, 5 when the cut did not take hold. ' +
    'The cut lifts itself 10 s after its time, also when this program is killed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --shape regions --for 1m',
    '<%= config.bin %> <%= command.id %> --shape bridge --seed 7 --dry-run',
  ];
  static override flags = {
    shape: Flags.option({ options: shapes })({ default: 'halves', summary: 'How it is cut.' }),
    for: duration({
      default: 30,
      defaultHelp: async () => '30s',
      helpValue: 'DURATION',
      summary: 'How long the cut lasts; 1h at most.',
    }),
    seed: wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 })({
      helpValue: 'N',
      summary: 'Decides who is on which side.',
    }),
    anyway: Flags.boolean({ summary: 'Go on although the network is not in a steady state.' }),
    'dry-run': Flags.boolean({ summary: 'Say who would be cut off; do nothing.' }),
  };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Partition);
    const { shape } = flags;
    const result = await experiment(
      { kind: 'partition', parameters: { shape }, plan: (nodes, seed) => cutBy(shape, nodes, seed) },
      {
        ...this.context(flags),
        seed: flags.seed ?? randomBytes(4).readUInt32BE(),
        forSeconds: flags.for,
        anyway: flags.anyway,
        dryRun: flags['dry-run'],
      },
    );
    await this.say(`\n${renderChaos(result)}`);
    if (result.verdict) process.exitCode = exitCodeOf(result.verdict);
    return result;
  }
}
