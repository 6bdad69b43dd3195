import { size } from '@cqkd/harness';
import { ChaosCommand } from '../../command/chaos-command.js';
import { selectorFlags, selectorFrom, share } from '../../command/selector-flags.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Stress extends ChaosCommand {
  static override summary = 'Keep hosts busy, and their memory full.';
  static override description =
    'The hosts do other work for a share of their time, and hold memory besides. --count and --share count hosts. By default ' +
    'it is all hosts of workers.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --cpu 50%',
    '<%= config.bin %> <%= command.id %> --memory 64MB --tier super --count 1',
  ];
  static override flags = {
    ...selectorFlags,
    cpu: share({ helpValue: 'SHARE', summary: 'Share of the time of each host; 95% at most.' }),
    memory: size({ helpValue: 'SIZE', summary: 'Memory that each host holds, like 64MB.' }),
  };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Stress);
    return this.carryOut(
      'stress',
      { ...selectorFrom(flags), cpu: flags.cpu, memoryBytes: flags.memory },
      flags,
    );
  }
}
