import { Flags } from '@oclif/core';
import { ChaosCommand } from '../../command/chaos-command.js';
import { viaFlag } from '../../command/via-flag.js';
import type { ChaosResult } from '../../experiment/results.js';
import { shapes } from '../../partition/shapes.js';

export default class Partition extends ChaosCommand {
  static override summary = 'Split a network, and watch it come together again.';
  static override description =
    'Checks that the network is well, cuts it, proves that the cut is on, measures each side by itself, heals it, and waits ' +
    'until it is one network again. Exits with 0 when it survived, 3 when it did not, 5 when the cut did not take hold. ' +
    'The cut lifts itself 60 s after its time, also when this program is killed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --shape regions --for 1m --report split.html',
    '<%= config.bin %> <%= command.id %> --shape bridge --seed 7 --dry-run',
  ];
  static override flags = {
    shape: Flags.option({ options: shapes })({ default: 'halves', summary: 'How it is cut.' }),
    via: viaFlag(),
  };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Partition);
    return this.carryOut('partition', { shape: flags.shape }, flags);
  }
}
