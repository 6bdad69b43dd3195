import { ChaosCommand } from '../../command/chaos-command.js';
import { selectorFlags, selectorFrom } from '../../command/selector-flags.js';
import { viaFlag } from '../../command/via-flag.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Isolate extends ChaosCommand {
  static override summary = 'Cut hosts off from all others.';
  static override description =
    'Each host that is chosen hears nobody and is heard by nobody, as if its cable were pulled; its own nodes still hear one ' +
    'another. --count and --share count hosts. By default it is one host of workers.';
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
