import type { FaultEffects, HostFault } from '../../control/faults-api.js';

/** One kind of thing that faults do to a process. */
export interface FaultPart {
  /**
   * Does what a fault asks for of this kind, in the place of what the fault of that id did before.
   *
   * @returns when it is on
   */
  set(fault: HostFault): Promise<void> | void;
  /** Undoes it; a fault that did nothing of this kind is undone already. @returns when it is undone */
  lift(id: string): Promise<void> | void;
  /** What a fault that is on has done so far. */
  effects(id: string): Partial<FaultEffects>;
}
