import { nearest, UsageError } from '@cqkd/harness';
import { suites } from './index.js';
import type { Suite } from './suite.js';

/** The suites of these names, in the order in which they run; all when none is named. @throws UsageError */
export function chooseSuites(names: readonly string[]): readonly Suite[] {
  const ids = suites.map(({ id }) => id);
  for (const name of names) {
    if (!ids.includes(name))
      throw new UsageError(`There is no suite ${name}; the nearest is ${nearest(name, ids)}`);
  }
  return names.length === 0 ? suites : suites.filter(({ id }) => names.includes(id));
}
