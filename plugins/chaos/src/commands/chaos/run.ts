import { BaseCommand, exitCodeOf, UsageError, wholeNumber } from '@cqkd/harness';
import { Args, Flags } from '@oclif/core';
import { checkReportFiles, writeReports } from '../../report/report.js';
import { listScenarios, loadScenario } from '../../scenario/load.js';
import { experimentsOf, type ScenarioResult } from '../../scenario/results.js';
import { runScenario } from '../../scenario/run.js';
import { type ListedScenario, renderScenario, renderScenarios } from '../../scenario/text.js';

export default class Run extends BaseCommand<ScenarioResult | { scenarios: ListedScenario[] }> {
  static override summary = 'Run a scenario: faults, load and checks, one after the other.';
  static override description =
    'A scenario is a YAML file, or the name of one that comes with cqkd. Each fault is an experiment of its own, healed ' +
    'before the next step. Exits with the worst: 0 when all was survived, 3 when something was not, 5 when something ' +
    'could not be done or shown. The same scenario with the same seed hits the same victims.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --list',
    '<%= config.bin %> <%= command.id %> split-and-heal',
    '<%= config.bin %> <%= command.id %> ./night.yaml --seed 7 --report night.html',
  ];
  static override args = {
    scenario: Args.string({ description: 'A file, or the name of a shipped scenario.' }),
  };
  static override flags = {
    list: Flags.boolean({ summary: 'Say which scenarios there are; do nothing.' }),
    seed: wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 })({
      helpValue: 'N',
      summary: 'Decides who is hit, in place of the seed of the scenario.',
    }),
    'dry-run': Flags.boolean({ summary: 'Say what would be done, and who would be hit; do nothing.' }),
    anyway: Flags.boolean({ summary: 'Go on although the network is too small, or not in a steady state.' }),
    'keep-going': Flags.boolean({ summary: 'Go on after a step that failed.' }),
    report: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'Write a report, .html, .md or .json; may be repeated.',
    }),
  };

  async run(): Promise<ScenarioResult | { scenarios: ListedScenario[] }> {
    const { args, flags } = await this.parse(Run);
    const context = this.context(flags);
    if (flags.list) {
      const scenarios = await listScenarios();
      await this.say(renderScenarios(scenarios));
      return { scenarios };
    }
    if (args.scenario === undefined)
      throw new UsageError('Name a scenario: a file, or one of cqkd chaos run --list');
    const { report = [], seed, anyway, 'dry-run': dryRun, 'keep-going': keepGoing } = flags;
    checkReportFiles(report);
    const scenario = await loadScenario(args.scenario, context.signal);
    const result = await runScenario(scenario, { ...context, seed, dryRun, anyway, keepGoing });
    const title = `Chaos: ${scenario.name}`;
    await this.say(`\n${renderScenario(result)}`);
    if (result.verdict === null) return result;
    process.exitCode = exitCodeOf(result.verdict);
    await writeReports({ title, results: experimentsOf(result) }, report, result);
    return result;
  }
}
