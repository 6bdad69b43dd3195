import { BaseCommand, driverNames, exitCodeOf, wholeNumber } from '@cqkd/harness';
import { Flags } from '@oclif/core';
import { checkSmokeReports, renderSmoke, writeSmokeReports } from '../smoke/report.js';
import type { SmokeResult } from '../smoke/results.js';
import { runSmoke } from '../smoke/run-smoke.js';

export default class Smoke extends BaseCommand<SmokeResult> {
  static override summary =
    'Run it all once, for CI: deploy, verify, chaos, a failed gate with its rollback, down.';
  static override description =
    'Brings a network up, measures it, kills a bootstrap node, splits it and heals it, lets a gate fail for real (workers ' +
    'lose their ports), expects the automatic rollback to help, and takes the network down, whatever became of it. ' +
    'Exits with 0 when every step passed, 3 when one failed, 5 when one could not be measured.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --driver docker --report smoke.xml --report smoke.html',
    '<%= config.bin %> <%= command.id %> -w 50 -n nightly --json',
  ];
  static override flags = {
    workers: wholeNumber('--workers', { min: 10, max: 100 })({
      char: 'w',
      default: 15,
      helpValue: 'N',
      summary: 'Number of workers.',
    }),
    driver: Flags.option({ options: driverNames })({
      default: 'auto',
      env: 'CQKD_DRIVER',
      summary: 'What the hosts run on.',
    }),
    keep: Flags.boolean({ summary: 'Leave the network as it is in the end.' }),
    report: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'Write a report: .md, .html, .json, or .xml for JUnit; may be repeated.',
    }),
  };

  async run(): Promise<SmokeResult> {
    const { flags } = await this.parse(Smoke);
    const { report = [], workers, driver, keep } = flags;
    checkSmokeReports(report);
    const context = this.context(flags);
    const { network } = context;
    const result = await runSmoke({
      ...context,
      workers,
      driver,
      keep,
      run: async <T>(command: string, ...args: string[]) =>
        (await this.config.runCommand(command, [...args, '-n', network, '--quiet'])) as T,
    });
    await this.say(`\n${renderSmoke(result)}`);
    writeSmokeReports(result, report);
    process.exitCode = exitCodeOf(result.verdict);
    return result;
  }
}
