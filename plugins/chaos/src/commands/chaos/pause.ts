import { ChaosCommand } from '../../command/chaos-command.js';
import { selectorFlags, selectorFrom } from '../../command/selector-flags.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Pause extends ChaosCommand {
  static override summary = 'Freeze hosts, and let them go on.';
  static override description =
    'Frozen hosts do nothing; what is sent to them waits until they go on. Chosen nodes of a host that others share are ' +
    'silenced instead. --count and --share count whole hosts and single nodes of shared hosts. By default it is the host ' +
    'of one super node. A frozen host does not thaw by itself when this program is killed: cqkd chaos heal thaws it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --tier super --count 1',
    '<%= config.bin %> <%= command.id %> --region north --for 1m',
  ];
  static override flags = { ...selectorFlags };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Pause);
    return this.carryOut('pause', selectorFrom(flags), flags);
  }
}
