import { BaseCommand, duration, nodeBinaryFlag, parseAssignments, wholeNumber } from '@cqkd/harness';
import { Args, Flags } from '@oclif/core';
import { bench, benchExitCode } from '../bench.js';
import type { BenchResult } from '../measurement.js';
import { checkBenchReports, writeBenchReports } from '../report/bench-report.js';
import { renderBench } from '../report/bench-text.js';
import { listSuites, renderSuiteList, type SuiteList } from '../suite-list.js';

export default class Bench extends BaseCommand<BenchResult | SuiteList> {
  static override summary = 'Measure how fast the network is, and whether it got worse.';
  static override description =
    'Brings up networks of its own and takes them down; a running network is left alone, and slows it down. ' +
    'Exits with 3 when a figure is worse than in the file of --compare by more than the limit, with 5 when that can ' +
    'not be told: the file is of another kind of machine, or the machine was busy with other things.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> codec lookup -w 500',
    '<%= config.bin %> <%= command.id %> --save before.json',
    '<%= config.bin %> <%= command.id %> --compare before.json --report bench.html',
    '<%= config.bin %> <%= command.id %> deployed -w 1000 --node-binary /opt/node-24/bin/node',
    '<%= config.bin %> <%= command.id %> --list',
  ];
  static override strict = false;
  static override args = {
    suite: Args.string({ description: 'What to measure, one or several; all without it.' }),
  };
  static override flags = {
    workers: wholeNumber('--workers', { min: 2, max: 10_000 })({
      char: 'w',
      default: 200,
      helpValue: 'N',
      summary: 'Number of workers.',
    }),
    seed: wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 })({
      default: 1,
      helpValue: 'N',
      summary: 'Of ids, targets and choices: the same seed is the same work.',
    }),
    set: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'KEY=VALUE',
      summary: 'A setting of the nodes that are measured; may be repeated.',
    }),
    save: Flags.string({ helpValue: 'FILE', summary: 'Keep the result, to compare later runs to it.' }),
    compare: Flags.string({ helpValue: 'FILE', summary: 'Compare to what an earlier run has saved.' }),
    ...nodeBinaryFlag,
    'any-node': Flags.boolean({
      dependsOn: ['compare'],
      summary: 'Compare even to a run on another version of Node.js.',
    }),
    limit: wholeNumber('--limit', { min: 1, max: 1000 })({
      default: 10,
      helpValue: 'PERCENT',
      summary: 'Change from which on a worse figure is a regression.',
    }),
    budget: duration({ helpValue: 'DURATION', summary: 'Time for each suite, instead of its own.' }),
    report: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'Write a report, .html, .md or .json; may be repeated.',
    }),
    list: Flags.boolean({ summary: 'List the suites; measure nothing.' }),
  };

  async run(): Promise<BenchResult | SuiteList> {
    const { flags, argv } = await this.parse(Bench);
    const context = this.context(flags);
    if (flags.list) {
      const list = listSuites();
      await this.say(renderSuiteList(list));
      return list;
    }
    const { report = [], set = [], budget, limit, ...options } = flags;
    const { 'node-binary': nodeBinary, 'any-node': anyNode } = flags;
    checkBenchReports(report);
    const result = await bench({
      ...context,
      ...options,
      suites: argv as string[],
      settings: parseAssignments(set),
      nodeBinary,
      anyNode,
      limitPercent: limit,
      budgetSeconds: budget,
    });
    await this.say(`\n${renderBench(result)}`);
    await writeBenchReports(result, report);
    process.exitCode = benchExitCode(result);
    return result;
  }
}
