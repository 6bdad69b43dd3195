/** What programs outside the node need to talk to it: the control API's JSON, the specs of hosts, the settings. */

export * from '../agent/job.js';
export * from '../host/spec.js';
export { type PortRange, regionRange } from '../ports/range.js';
export * from '../settings.js';
export type * from './api.js';
export * from './faults-api.js';
export type { NetworkShutdown, ReconcileAnswer, ShutdownAnswer } from './host-api.js';
export type * from './settings-api.js';
