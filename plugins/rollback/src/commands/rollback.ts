import { BaseCommand, exitCodeOf } from '@cqkd/harness';
import { Args, Flags } from '@oclif/core';
import { parsePhases } from '../phases/parse-phases.js';
import { renderRollback } from '../report/rollback-text.js';
import type { RollbackResult } from '../results.js';
import { rollback } from '../rollback.js';

export default class Rollback extends BaseCommand<RollbackResult> {
  static override summary = 'Undo features of a running network, each by its flag.';
  static override description =
    'Phases: 1 ports, 2 bootstrap, 3 kademlia, 4 health, 5 refresh. Running nodes take phases 2 to 5 at once; for phase 1 ' +
    'the hosts are changed one after the other, and hand over what they store first. What the phase passes by is measured ' +
    'before and after. A rollback that was killed is ended by the same command, and undone by rollout.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> kademlia',
    '<%= config.bin %> <%= command.id %> 4 5 -n trial',
    '<%= config.bin %> <%= command.id %> --all --dry-run',
    '<%= config.bin %> <%= command.id %> bootstrap --no-verify',
  ];
  static override strict = false;
  static override args = {
    phase: Args.string({
      description: '1-5, or ports, bootstrap, kademlia, health, refresh; several are undone together.',
    }),
  };
  static override flags = {
    all: Flags.boolean({ summary: 'All five phases.' }),
    'dry-run': Flags.boolean({ summary: 'Say what would be done; change nothing.' }),
    verify: Flags.boolean({ default: true, allowNo: true, summary: 'Measure before and after.' }),
  };

  async run(): Promise<RollbackResult> {
    const { flags, argv } = await this.parse(Rollback);
    const phases = parsePhases(argv as string[], flags.all);
    const { verify, 'dry-run': dryRun } = flags;
    const result = await rollback(this.context(flags), { phases, verify, dryRun });
    await this.say(`\n${renderRollback(result)}`);
    if (result.verdict) process.exitCode = exitCodeOf(result.verdict);
    return result;
  }
}
