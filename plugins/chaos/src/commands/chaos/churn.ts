import { duration } from '@cqkd/harness';
import { sessionDistributions } from '@cqkd/node/control';
import { Flags } from '@oclif/core';
import { ChaosCommand } from '../../command/chaos-command.js';
import { selectorFlags, selectorFrom } from '../../command/selector-flags.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Churn extends ChaosCommand {
  static override summary = 'Let nodes come and go.';
  static override description =
    'Each chosen node dies and starts again, with times drawn from a distribution: hours of a real network in seconds. By ' +
    'default it is all workers.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --up 20s --down 5s --for 2m',
    '<%= config.bin %> <%= command.id %> --share 50% --distribution pareto',
  ];
  static override flags = {
    ...selectorFlags,
    up: duration({ helpValue: 'DURATION', summary: 'Mean time that a node stays; 20s unless it is given.' }),
    down: duration({ helpValue: 'DURATION', summary: 'Mean time that it is away; 5s unless it is given.' }),
    distribution: Flags.option({ options: sessionDistributions })({
      summary: 'Of both times; exponential by default.',
    }),
  };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Churn);
    const { up: upSeconds, down: downSeconds, distribution } = flags;
    return this.carryOut('churn', { ...selectorFrom(flags), upSeconds, downSeconds, distribution }, flags);
  }
}
