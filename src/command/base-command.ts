import { Command, Errors, Flags, type Interfaces } from '@oclif/core';
import chalk from 'chalk';
import { exitCodes, messageOf } from '../errors.js';
import { printable } from '../report/printable.js';
import type { HookAnswers, HookData, HookRunner } from '../services/hooks.js';
import type { OnProgress } from '../services/progress.js';
import { stateRoot } from '../state/paths.js';
import { failureOf } from './failure.js';
import { ListDisplay, PlainDisplay, type ProgressDisplay, silentDisplay } from './progress-display.js';
import { type Interruption, takeSignals } from './signals.js';

/** The flags that every command has, as they are parsed. */
export interface GlobalFlags {
  network: string;
  quiet: boolean;
  'no-color': boolean;
}

/** What every service is given. */
export interface CommandContext {
  root: string;
  network: string;
  signal: AbortSignal;
  onProgress: OnProgress;
  hooks: HookRunner;
}

/** Hooks of this program, for the types of oclif. */
type CqkdHooks = Interfaces.Hooks & {
  [N in keyof HookData]: {
    options: { data: HookData[N]; services: CommandContext };
    return: HookAnswers[N] | undefined;
  };
};

/** What a plugin exports to listen to a hook. */
export type CqkdHook<N extends keyof HookData> = Interfaces.Hook<N, CqkdHooks>;

/**
 * Every command: the global flags, progress, signals, and one place where anything thrown becomes one line and an
 * exit code.
 */
export abstract class BaseCommand<T> extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    network: Flags.string({
      char: 'n',
      default: 'cqkd',
      helpValue: 'NAME',
      summary: 'Name of the network.',
      helpGroup: 'GLOBAL',
    }),
    quiet: Flags.boolean({ summary: 'Print errors only.', helpGroup: 'GLOBAL' }),
    'no-color': Flags.boolean({ summary: 'No colours.', helpGroup: 'GLOBAL' }),
  };

  #interruption: Interruption | undefined;
  #display: ProgressDisplay = silentDisplay;
  #quiet = false;

  abstract override run(): Promise<T>;

  protected override async init(): Promise<void> {
    await super.init();
    this.#interruption = takeSignals();
    if (this.argv.includes('--no-color')) chalk.level = 0;
  }

  /** What the services need; from here on progress is shown. */
  protected context({ network, quiet }: GlobalFlags): CommandContext {
    this.#quiet = quiet || this.jsonEnabled();
    this.#display = this.#quiet
      ? silentDisplay
      : process.stdout.isTTY
        ? new ListDisplay()
        : new PlainDisplay((line) => this.log(line));
    const context: CommandContext = {
      root: stateRoot(),
      network,
      signal: this.#interruption?.signal ?? new AbortController().signal,
      onProgress: (tasks) => this.#display.show(tasks),
      hooks: { run: (name, data) => this.#runHook(name, data, context) },
    };
    return context;
  }

  /** Ends the progress and prints text for people; nothing with --json or --quiet. */
  protected async say(text: string): Promise<void> {
    await this.#display.end();
    this.#display = silentDisplay;
    if (!this.#quiet) this.log(text);
  }

  override log(text = ''): void {
    super.log(printable(text));
  }

  protected override async catch(thrown: unknown): Promise<never> {
    await this.#display.end();
    const failure = failureOf(thrown);
    process.exitCode = failure.exitCode;
    if (this.jsonEnabled()) this.logJson({ error: failure });
    else process.stderr.write(`${chalk.red('error:')} ${printable(failure.message)}\n`);
    if (failure.exitCode === exitCodes.bug && thrown instanceof Error)
      process.stderr.write(`${thrown.stack}\n`);
    // Whoever runs a command from another one is told why, not only how it exits.
    throw Object.assign(new Errors.ExitError(failure.exitCode), { cause: thrown });
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    await this.#display.end();
    this.#interruption?.release();
    await super.finally(error);
  }

  /** A hook that fails does not undo what was done: it is told, and that is all. */
  async #runHook<N extends keyof HookData>(
    name: N,
    data: HookData[N],
    context: CommandContext,
  ): Promise<HookAnswers[N][]> {
    const { successes, failures } = await this.config.runHook(name, { data, services: context });
    for (const { plugin, error } of failures) {
      context.signal.throwIfAborted();
      process.stderr.write(
        `${chalk.yellow('warning:')} ${plugin.name} failed on ${name}: ${printable(messageOf(error))}\n`,
      );
    }
    return successes.flatMap(({ result }) => (result === undefined ? [] : [result as HookAnswers[N]]));
  }
}
