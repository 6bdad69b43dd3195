import { Flags } from '@oclif/core';
import { ChaosCommand } from '../../command/chaos-command.js';
import { selectorFlags, selectorFrom } from '../../command/selector-flags.js';
import type { ChaosResult } from '../../experiment/results.js';

export default class Kill extends ChaosCommand {
  static override summary = 'Kill nodes or whole hosts, and start them again.';
  static override description =
    'Nodes die without a word, and start again under the same ids at the end. A host all of whose nodes are chosen is killed ' +
    'as a process or container. By default it is one super node.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --tier super',
    '<%= config.bin %> <%= command.id %> --tier worker --share 20% --seed 7',
    '<%= config.bin %> <%= command.id %> --holders my-key --dry-run',
    '<%= config.bin %> <%= command.id %> --tier worker --whole-hosts --count 1 --keep',
  ];
  static override flags = {
    ...selectorFlags,
    'whole-hosts': Flags.boolean({ summary: '--count and --share count hosts, which die as a whole.' }),
    keep: Flags.boolean({ summary: 'Leave them dead; cqkd chaos heal starts them again.' }),
  };

  async run(): Promise<ChaosResult> {
    const { flags } = await this.parse(Kill);
    const { 'whole-hosts': wholeHosts, keep } = flags;
    return this.carryOut('kill', { ...selectorFrom(flags), wholeHosts, keep }, flags);
  }
}
