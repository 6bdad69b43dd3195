import type { WorkModule } from './work.js';

/** All work there is; a process loads what it does and nothing else. */
export const works = {
  ports: () => import('./ports.js'),
  selection: () => import('./selection.js'),
  codec: () => import('./codec.js'),
  join: () => import('./join.js'),
  lookup: () => import('./lookup.js'),
  store: () => import('./store.js'),
  memory: () => import('./memory.js'),
  faults: () => import('./faults.js'),
} as const satisfies Record<string, () => Promise<WorkModule>>;

export type WorkName = keyof typeof works;
