import { randomBytes } from 'node:crypto';
import { BaseCommand, duration, exitCodeOf, type GlobalFlags, UsageError, wholeNumber } from '@cqkd/harness';
import { Flags } from '@oclif/core';
import { experiment } from '../experiment/experiment.js';
import { readThresholds } from '../experiment/read-thresholds.js';
import type { ChaosResult } from '../experiment/results.js';
import { type FaultName, faultOf } from '../faults/index.js';
import { checkReportFiles, writeReports } from '../report/report.js';
import { renderChaos } from '../report/text.js';

const group = { helpGroup: 'EXPERIMENT' };

/** The flags that every fault has, as they are parsed. */
export interface ChaosFlags extends GlobalFlags {
  for: number;
  ttl?: number | undefined;
  seed?: number | undefined;
  anyway: boolean;
  'dry-run': boolean;
  thresholds?: string | undefined;
  report?: string[] | undefined;
  /** Of those faults that have a choice. */
  via?: 'kernel' | 'node' | undefined;
}

/** A command that puts one fault on a network, and sees it recover. */
export abstract class ChaosCommand extends BaseCommand<ChaosResult> {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    for: duration({
      ...group,
      default: 30,
      defaultHelp: async () => '30s',
      helpValue: 'DURATION',
      summary: 'How long the fault lasts; 1h at most.',
    }),
    ttl: duration({
      ...group,
      helpValue: 'DURATION',
      summary:
        'After this what nodes and kernel do lifts itself; by default 60s after its time, and later in large networks.',
    }),
    seed: wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 })({
      ...group,
      helpValue: 'N',
      summary: 'Decides who is hit.',
    }),
    anyway: Flags.boolean({ ...group, summary: 'Go on although the network is not in a steady state.' }),
    'dry-run': Flags.boolean({ ...group, summary: 'Say who would be hit; do nothing.' }),
    thresholds: Flags.string({ ...group, helpValue: 'FILE', summary: 'Thresholds of the verdict, as YAML.' }),
    report: Flags.string({
      ...group,
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'Write a report: .md, .html or .json; may be repeated.',
    }),
  };

  /** Runs the experiment, tells it, and sets the exit code. */
  protected async carryOut(kind: FaultName, parameters: object, flags: ChaosFlags): Promise<ChaosResult> {
    const { report = [] } = flags;
    checkReportFiles(report);
    requireTimeToLive(flags.ttl);
    const context = this.context(flags);
    const result = await experiment(
      { kind, parameters: read(kind, parameters) },
      {
        ...context,
        seed: flags.seed ?? randomBytes(4).readUInt32BE(),
        forSeconds: flags.for,
        ttlSeconds: flags.ttl,
        anyway: flags.anyway,
        dryRun: flags['dry-run'],
        via: flags.via,
        thresholds: await readThresholds(flags.thresholds, context.signal),
      },
    );
    await this.say(`\n${renderChaos(result)}`);
    if (result.verdict === null) return result;
    process.exitCode = exitCodeOf(result.verdict);
    await writeReports(result, report);
    return result;
  }
}

/** By the fault's own schema, which knows the defaults and the ranges. */
function read(kind: FaultName, parameters: object): object {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const answer = faultOf(kind).parameters.safeParse(Object.fromEntries(given));
  if (answer.success) return answer.data;
  const [first] = answer.error.issues;
  throw new UsageError(`${kind}: ${first?.path.join('.')} is out of range (${first?.message})`);
}

/** What the nodes take at most. */
const mostTtlSeconds = 7200;

function requireTimeToLive(seconds: number | undefined): void {
  if (seconds === undefined || seconds <= mostTtlSeconds) return;
  throw new UsageError(`--ttl takes 2h at most, got ${seconds} s`);
}
