import { formatSeconds, renderTable } from '@cqkd/harness';
import { suites } from './suites/index.js';

/** The `--json` of `bench --list`. */
export interface SuiteList {
  suites: { id: string; title: string; about: string; seconds: number }[];
}

/** What there is to measure. */
export function listSuites(): SuiteList {
  return { suites: suites.map(({ id, title, about, seconds }) => ({ id, title, about, seconds })) };
}

export function renderSuiteList({ suites: all }: SuiteList): string {
  return renderTable(
    ['suite', 'time>', 'what it measures'],
    all.map(({ id, seconds, about }) => [id, formatSeconds(seconds), about]),
  );
}
