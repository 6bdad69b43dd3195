import { codec } from './codec.js';
import { deploy } from './deploy.js';
import { deployed } from './deployed.js';
import { discovery } from './discovery.js';
import { faults } from './faults.js';
import { health } from './health.js';
import { http } from './http.js';
import { join } from './join.js';
import { lookup } from './lookup.js';
import { memory } from './memory.js';
import { ports } from './ports.js';
import { refresh } from './refresh.js';
import { scale } from './scale.js';
import { selection } from './selection.js';
import { store } from './store.js';
import type { Suite } from './suite.js';

/** All suites, in the order in which they run: those that share a network come one after the other. */
export const suites: readonly Suite[] = [
  ports,
  selection,
  codec,
  join,
  lookup,
  store,
  memory,
  faults,
  scale,
  deployed,
  discovery,
  health,
  refresh,
  http,
  deploy,
];
