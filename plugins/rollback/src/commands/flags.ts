import { BaseCommand, parseAssignments } from '@cqkd/harness';
import { Flags as OclifFlags } from '@oclif/core';
import { type FlagsResult, healFlags, readFlags, setFlags } from '../flags.js';
import { renderFlags, renderHistory } from '../report/flags-text.js';

export default class Flags extends BaseCommand<FlagsResult> {
  static override summary = 'Show what every host runs with, and change settings of a running network.';
  static override description =
    'Marks hosts and nodes that do not run as the network is meant to, and names a change that was begun and never ended. ' +
    'Settings that running nodes do not take are changed by a new plan, host by host.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --set fast_check_interval=10 --set enable_adaptive_refresh=false',
    '<%= config.bin %> <%= command.id %> --heal',
    '<%= config.bin %> <%= command.id %> --history',
  ];
  static override flags = {
    set: OclifFlags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'KEY=VALUE',
      summary: 'Change a setting on the whole network; may be repeated.',
    }),
    heal: OclifFlags.boolean({
      exclusive: ['set'],
      summary: 'Bring every host to what is meant, and end a change that was never ended.',
    }),
    settings: OclifFlags.boolean({ summary: 'Show all settings, not only those that were given or drift.' }),
    history: OclifFlags.boolean({ summary: 'Show who changed what, when and why.' }),
  };

  async run(): Promise<FlagsResult> {
    const { flags } = await this.parse(Flags);
    const context = this.context(flags);
    if (flags.set) await setFlags(context, parseAssignments(flags.set));
    if (flags.heal) await healFlags(context);
    const result = await readFlags(context);
    await this.say(flags.history ? renderHistory(result) : renderFlags(result, flags.settings));
    return result;
  }
}
