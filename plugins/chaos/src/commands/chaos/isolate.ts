import { ChaosCommand } from '../../command/chaos-command.js';
import { selectorFlags, selectorFrom } from '../../command/selector-flags.js';
import { viaFlag } from '../../command/via-flag.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Isolate extends ChaosCommand {
  static override summary = 'Cut hosts off from all others.';
  static override description =
    'Each host that is chosen receives nothing from others and reaches none, as if its cable were pulled; its own nodes ' +
    'still reach one another. Of a host that others share, only the chosen nodes are cut off. --count and --share count ' +
    'whole hosts and single nodes of shared hosts. By default it is one worker.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --region east --for 1m',
    '<%= config.bin %> <%= command.id %> --tier super --count 2',
    '<%= config.bin %> <%= command.id %> --host shared-1 --dry-run',
  ];
  static override flags = { ...selectorFlags, via: viaFlag() };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Isolate);
    return this.carryOut('isolate', selectorFrom(flags), flags);
  }
}
