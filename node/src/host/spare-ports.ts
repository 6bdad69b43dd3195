import { PortsExhaustedError } from '../ports/bind.js';
import type { HostSpec } from './spec.js';

/**
 * Ports that nodes of one host may fall back to, each handed out once: `spareFrom` … `max`, then `min` upwards.
 *
 * One that was handed out is never tried again, so that finding ports for many nodes stays linear.
 */
export class SparePorts {
  readonly #ports: HostSpec['ports'];
  readonly #rest: Iterator<number>;

  constructor(ports: HostSpec['ports']) {
    this.#ports = ports;
    this.#rest = range(ports);
  }

  /** A node's own port, then the spare ones. */
  *from(own: number): Iterable<number> {
    yield own;
    for (let next = this.#rest.next(); !next.done; next = this.#rest.next()) yield next.value;
  }

  /** The error for a node that found none. */
  exhausted(address: string): PortsExhaustedError {
    return new PortsExhaustedError(address, this.#ports.min, this.#ports.max);
  }
}

function* range({ min, max, spareFrom }: HostSpec['ports']): Iterator<number> {
  for (let port = spareFrom; port <= max; port++) yield port;
  for (let port = min; port < spareFrom && port <= max; port++) yield port;
}
