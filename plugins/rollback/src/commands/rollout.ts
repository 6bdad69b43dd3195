import { BaseCommand, exitCodeOf, readOwnTargets } from '@cqkd/harness';
import { Args, Flags } from '@oclif/core';
import { parseCanary } from '../canary/parse-canary.js';
import { parsePhases } from '../phases/parse-phases.js';
import { renderRollout } from '../report/rollout-text.js';
import type { RolloutResult } from '../results.js';
import { rollout } from '../rollout.js';

export default class Rollout extends BaseCommand<RolloutResult> {
  static override summary = 'Bring features back on a running network, step by step.';
  static override description =
    'Switches the flags of the phases on for a share of the nodes, measures, and goes on to the next share. When a gate ' +
    'fails, all nodes that were changed are put back, and it exits with 3. A rollout that was killed is ended by the same ' +
    'command, and undone by rollback.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> kademlia',
    '<%= config.bin %> <%= command.id %> 4 5 --canary 10%,50%,100%',
    '<%= config.bin %> <%= command.id %> --all --dry-run',
  ];
  static override strict = false;
  static override args = {
    phase: Args.string({
      description: '1-5, or ports, bootstrap, kademlia, health, refresh; several go together.',
    }),
  };
  static override flags = {
    all: Flags.boolean({ summary: 'All five phases.' }),
    canary: Flags.string({
      default: '10%,50%,100%',
      helpValue: 'SHARES',
      summary: 'Shares of the nodes, growing up to 100%.',
    }),
    targets: Flags.string({
      helpValue: 'FILE',
      summary: "Targets of your own for the gates, as YAML or JSON; they win over the table's.",
    }),
    'dry-run': Flags.boolean({ summary: 'Say what would be done; change nothing.' }),
  };

  async run(): Promise<RolloutResult> {
    const { flags, argv } = await this.parse(Rollout);
    const phases = parsePhases(argv as string[], flags.all);
    const canary = parseCanary(flags.canary);
    const context = this.context(flags);
    const file = flags.targets;
    const targets = file === undefined ? undefined : await readOwnTargets(file, context.signal);
    const options = { phases, canary, targets, dryRun: flags['dry-run'] };
    const result = await rollout(context, options);
    await this.say(`\n${renderRollout(result)}`);
    if (result.verdict) process.exitCode = exitCodeOf(result.verdict);
    return result;
  }
}
