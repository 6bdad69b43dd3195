import { exitCodes } from '../errors.js';
import type { Verdict } from './gate.js';

const byVerdict: Record<Verdict, number> = {
  pass: exitCodes.pass,
  warn: exitCodes.pass,
  fail: exitCodes.gate,
  unknown: exitCodes.unknown,
};

/** What a command exits with that has come to a verdict. */
export function exitCodeOf(verdict: Verdict): number {
  return byVerdict[verdict];
}
