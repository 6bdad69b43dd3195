import { formatSeconds } from '@cqkd/harness';
import { type Conditions, steady } from './conditions.js';
import type { Doing } from './scenario.js';

/** What a step does, in a few words. */
export function titleOf(action: Doing): string {
  switch (action.verb) {
    case 'fault': {
      const given = Object.entries(action.parameters)
        .filter(([, value]) => value !== undefined && value !== false)
        .map(([name, value]) => (value === true ? name : `${name} ${value}`));
      return [action.kind, ...given].join(', ');
    }
    case 'wait':
      return `wait ${formatSeconds(action.seconds)}`;
    case 'until':
      return `until ${wordsOf(action.conditions)}`;
    case 'check':
      return `check ${wordsOf(action.conditions)}`;
    case 'load':
      return `${action.operations} ${action.kind === 'store' ? 'values' : 'lookups'}, ${action.concurrency} at a time`;
    case 'join':
      return action.newcomers === 1 ? 'one newcomer' : `${action.newcomers} newcomers`;
    case 'heal':
      return 'heal all';
    case 'scale':
      return `${action.atLeast ? 'at least ' : ''}${action.workers} workers`;
  }
}

function wordsOf(conditions: Conditions): string {
  if (conditions === steady) return 'steady';
  return Object.entries(conditions)
    .map(([name, wanted]) => `${name} ${wanted}`)
    .join(', ');
}
