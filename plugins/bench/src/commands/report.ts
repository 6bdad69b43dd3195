import { BaseCommand } from '@cqkd/harness';
import { Args, Flags } from '@oclif/core';
import type { BenchResult } from '../measurement.js';
import { readBenchResult } from '../record/read-result.js';
import { checkBenchReports, writeBenchReports } from '../report/bench-report.js';
import { renderBench } from '../report/bench-text.js';

export default class Report extends BaseCommand<BenchResult> {
  static override summary = 'Show what an earlier benchmark measured, or write a report of it.';
  static override description =
    'Takes what cqkd bench --save has written. Nothing is measured, and the exit code says nothing of the figures.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> before.json',
    '<%= config.bin %> <%= command.id %> before.json --report before.html --report before.md',
  ];
  static override args = {
    file: Args.string({ required: true, description: 'A file that cqkd bench --save has written.' }),
  };
  static override flags = {
    report: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'Write a report, .html, .md or .json; may be repeated.',
    }),
  };

  async run(): Promise<BenchResult> {
    const { args, flags } = await this.parse(Report);
    const { signal } = this.context(flags);
    const { report = [] } = flags;
    checkBenchReports(report);
    const result = await readBenchResult(args.file, signal);
    await writeBenchReports(result, report);
    await this.say(renderBench(result));
    return result;
  }
}
