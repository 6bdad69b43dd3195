import {
  BaseCommand,
  duration,
  exitCodeOf,
  type Judgement,
  metricIds,
  renderJudgement,
  type VerifyResult,
  verify,
} from '@cqkd/harness';
import { Flags } from '@oclif/core';

export default class Verify extends BaseCommand<VerifyResult> {
  static override summary = 'Measure a network against its targets.';
  static override description =
    `Exits with 0 when no metric is beyond its threshold, 3 when one is, 5 when one could not be measured. Metrics: ${metricIds.join(', ')}.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --metric lookup_recall --metric rpc_latency',
    '<%= config.bin %> <%= command.id %> --watch 10m --json',
  ];
  static override flags = {
    metric: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ID',
      summary: 'Measure only this; may be repeated.',
    }),
    watch: duration({
      helpValue: 'DURATION',
      summary: 'Measure again and again for so long; the worst counts.',
    }),
  };

  async run(): Promise<VerifyResult> {
    const { flags } = await this.parse(Verify);
    const context = this.context(flags);
    const onRound = ({ verdict }: Judgement, round: number) => this.log(`round ${round}: ${verdict}`);
    const result = await verify({
      ...context,
      ...(flags.metric && { metrics: flags.metric }),
      watchSeconds: flags.watch,
      ...(!flags.quiet && { onRound }),
    });
    await this.say(`\n${renderJudgement(result.network, result.workers, result)}`);
    process.exitCode = exitCodeOf(result.verdict);
    return result;
  }
}
