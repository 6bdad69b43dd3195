import {
  BaseCommand,
  duration,
  exitCodeOf,
  exitCodes,
  explainMetric,
  type MetricExplanation,
  metricIds,
  renderExplanation,
  renderVerify,
  requireMetric,
  type VerifyResult,
} from '@cqkd/harness';
import { Flags } from '@oclif/core';
import { measureAndReport } from '../measure-and-report.js';
import { liveSoakDisplay, plainSoakDisplay } from '../soak-display.js';

export default class Verify extends BaseCommand<VerifyResult | MetricExplanation> {
  static override summary = 'Measure a network against its targets.';
  static override description =
    'Exits with 0 when every metric holds its threshold, 3 when one does not, 5 when one could not be measured. ' +
    `With --watch a metric fails that fails twice in a row. Metrics: ${metricIds.join(', ')}.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --metric lookup_recall --metric rpc_latency',
    '<%= config.bin %> <%= command.id %> --report verify.html --report junit.xml',
    '<%= config.bin %> <%= command.id %> --targets targets.yaml --auto-rollback',
    '<%= config.bin %> <%= command.id %> --watch 48h --every 5m --report soak.html',
    '<%= config.bin %> <%= command.id %> --explain discovery_time',
  ];
  static override flags = {
    metric: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ID',
      summary: 'Measure only this; may be repeated.',
    }),
    report: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'Write a report: .md, .html, .json, or .xml for JUnit; may be repeated.',
    }),
    'auto-rollback': Flags.boolean({
      summary: 'When a gate fails, undo the feature that it points to, and prove that it helped.',
    }),
    targets: Flags.string({
      helpValue: 'FILE',
      summary: "Targets of your own, as YAML or JSON; they win over the table's.",
    }),
    watch: duration({
      helpValue: 'DURATION',
      summary: 'A soak: measure again and again for so long, with a run record an hour.',
    }),
    every: duration({
      helpValue: 'DURATION',
      summary: 'From round to round of a soak; by default a tenth of it, 1m at most.',
      dependsOn: ['watch'],
    }),
    explain: Flags.string({
      helpValue: 'METRIC',
      summary: 'Say how a metric is measured and what it is held against; measure nothing.',
      exclusive: ['metric', 'report', 'auto-rollback', 'targets', 'watch'],
    }),
  };

  async run(): Promise<VerifyResult | MetricExplanation> {
    const { flags } = await this.parse(Verify);
    const context = this.context(flags);
    if (flags.explain !== undefined) {
      const explanation = explainMetric(requireMetric(flags.explain));
      await this.say(renderExplanation(explanation));
      return explanation;
    }
    const isLive = process.stdout.isTTY && !flags.quiet;
    const { result, verdict } = await measureAndReport({
      ...context,
      metrics: flags.metric ?? [],
      files: flags.report ?? [],
      targetsFile: flags.targets,
      watchSeconds: flags.watch,
      everySeconds: flags.every,
      autoRollback: flags['auto-rollback'],
      display: isLive
        ? liveSoakDisplay(context.onProgress)
        : plainSoakDisplay((line) => (flags.quiet ? undefined : this.log(line))),
      onResult: async (measured) => {
        await this.say(`\n${renderVerify(measured)}`);
        for (const { text } of measured.answers) await this.say(`\n${text}`);
      },
    });
    process.exitCode = result.soak?.isInterrupted ? exitCodes.interrupted : exitCodeOf(verdict);
    return result;
  }
}
