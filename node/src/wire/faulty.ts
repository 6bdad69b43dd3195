import type { DatagramHandler, Transport } from '../kademlia/components.js';
import type { NodeFaults } from './faults.js';

/**
 * A transport whose node hears only what its faults let through.
 *
 * Only what is heard is touched: a cut of both ways is one on either side, and a node that is cut off goes on sending,
 * as in a real split.
 */
export class FaultyTransport implements Transport {
  readonly #transport: Transport;
  readonly #faults: NodeFaults;
  #open = true;

  constructor(transport: Transport, faults: NodeFaults) {
    this.#transport = transport;
    this.#faults = faults;
  }

  get address(): string {
    return this.#transport.address;
  }

  get port(): number {
    return this.#transport.port;
  }

  onDatagram(handler: DatagramHandler): void {
    const faults = this.#faults;
    this.#transport.onDatagram((bytes, address, port) => {
      if (faults.isClear) handler(bytes, address, port);
      else
        faults.pass(bytes, address, port, (passed) => {
          // What was held back may come to a node that has ended.
          if (this.#open) handler(passed, address, port);
        });
    });
  }

  send(bytes: Uint8Array, port: number, address: string): void {
    this.#transport.send(bytes, port, address);
  }

  close(): void {
    this.#open = false;
    this.#transport.close();
  }
}
