import { ChaosCommand } from '../../command/chaos-command.js';
import { selectorFlags, selectorFrom, share } from '../../command/selector-flags.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Ports extends ChaosCommand {
  static override summary = "Take the ports of the workers' range.";
  static override description =
    'Free ports are taken on the addresses of the hosts that run a chosen node, as if another program had them. By default ' +
    'on those of all workers.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --taken 80% --region east',
  ];
  static override flags = {
    ...selectorFlags,
    taken: share({ helpValue: 'SHARE', summary: 'Share of the free ports; all by default.' }),
  };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Ports);
    return this.carryOut('ports', { ...selectorFrom(flags), taken: flags.taken }, flags);
  }
}
