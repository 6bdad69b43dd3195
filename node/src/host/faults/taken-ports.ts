import type { FaultEffects, HostFault } from '../../control/faults-api.js';
import type { Transport, TransportFactory } from '../../kademlia/components.js';
import { balanced, type PortRange, sizeOf } from '../../ports/range.js';
import type { FaultPart } from './fault-part.js';

const MOST_SOCKETS = 4000;
/** Sockets that are opened at a time; in between the process does its work. */
const BATCH = 64;
/** Given back when the system has no more: the process needs some to be spoken with. */
const SPARE_SOCKETS = 64;
/** The system has no more sockets, for this process or for anybody. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

export interface TakenPortsInit {
  transports: TransportFactory;
  address: () => string;
  /** The workers' range. */
  range: () => PortRange;
}

interface Taking {
  share: number;
  sockets: Transport[];
  isOn: boolean;
}

/**
 * Ports are held by bound sockets, as if another program had them.
 *
 * Which ones follows from the range and the share alone, and those that somebody has are left to him: so several hosts
 * on one address take together what one would take.
 */
export class TakenPorts implements FaultPart {
  readonly #init: TakenPortsInit;
  readonly #takings = new Map<string, Taking>();

  constructor(init: TakenPortsInit) {
    this.#init = init;
  }

  async set({ id, ports }: HostFault): Promise<void> {
    const share = ports?.share ?? 0;
    if (this.#takings.get(id)?.share === share) return;
    this.lift(id);
    if (share === 0) return;
    const taking: Taking = { share, sockets: [], isOn: true };
    this.#takings.set(id, taking);
    await this.#take(taking);
  }

  lift(id: string): void {
    const taking = this.#takings.get(id);
    if (!taking) return;
    this.#takings.delete(id);
    taking.isOn = false;
    for (const socket of taking.sockets) socket.close();
  }

  effects(id: string): Partial<FaultEffects> {
    return { portsTaken: this.#takings.get(id)?.sockets.length ?? 0 };
  }

  async #take(taking: Taking): Promise<void> {
    const range = this.#init.range();
    const ports = [...balanced(range)].slice(0, Math.ceil(sizeOf(range) * taking.share));
    for (let next = 0; next < ports.length && taking.isOn; next += BATCH) {
      const room = MOST_SOCKETS - taking.sockets.length;
      if (room <= 0) return;
      const results = await Promise.all(
        ports.slice(next, next + Math.min(BATCH, room)).map((port) => this.#open(taking, port)),
      );
      if (!results.includes('exhausted')) continue;
      for (const socket of taking.sockets.splice(-SPARE_SOCKETS)) socket.close();
      return;
    }
  }

  async #open(taking: Taking, port: number): Promise<'open' | 'refused' | 'exhausted'> {
    try {
      const socket = await this.#init.transports.bind(this.#init.address(), port);
      if (taking.isOn) taking.sockets.push(socket);
      else socket.close();
      return 'open';
    } catch (error) {
      return EXHAUSTED.has((error as NodeJS.ErrnoException).code ?? '') ? 'exhausted' : 'refused';
    }
  }
}
