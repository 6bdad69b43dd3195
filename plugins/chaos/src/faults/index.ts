import { churn } from './churn.js';
import { degrade } from './degrade.js';
import type { Fault } from './fault.js';
import { isolate } from './isolate.js';
import { kill } from './kill.js';
import { overload } from './overload.js';
import { partition } from './partition.js';
import { pause } from './pause.js';
import { ports } from './ports.js';
import { stress } from './stress.js';

/** Every kind of fault by its name. */
export const faults = { kill, pause, partition, isolate, degrade, churn, overload, ports, stress } as const;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as FaultName[];

/** A kind of fault whose parameters have been read by its own schema. */
export function faultOf(name: FaultName): Fault {
  return faults[name] as Fault<never> as Fault;
}
