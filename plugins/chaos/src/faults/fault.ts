import type * as z from 'zod/mini';
import type { Picture } from '../picture.js';
import type { FaultPlan } from './fault-plan.js';

/** One kind of fault: what it takes, and what it does to a given network. */
export interface Fault<P extends object = object> {
  /** What it is called on the command line and in scenarios. */
  readonly kind: string;
  /** Its parameters, as a scenario has them; times are in seconds. */
  readonly parameters: z.ZodMiniType<P>;
  /**
   * Pure: the same picture, parameters and seed give the same plan, and a node more or less moves no other.
   *
   * @throws UsageError when nobody would be hit, or nobody be left
   */
  plan(picture: Picture, parameters: P, seed: number): FaultPlan;
}
