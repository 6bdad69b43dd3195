import chalk from 'chalk';
import type { Verdict } from '../gate/gate.js';

const colours: Record<Verdict, (text: string) => string> = {
  pass: chalk.green,
  warn: chalk.yellow,
  fail: chalk.red,
  unknown: chalk.magenta,
};

/** A sign for each verdict, for those who see no colours. */
export const verdictMarks: Readonly<Record<Verdict, string>> = {
  pass: '✔',
  warn: '!',
  fail: '✖',
  unknown: '?',
};

/** A verdict in its colour. */
export function paintVerdict(verdict: Verdict, text: string = verdict): string {
  return colours[verdict](text);
}
