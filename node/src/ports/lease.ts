import type { DatagramHandler, Transport } from '../kademlia/components.js';

/** A port that is held by its bound socket, until that is closed. */
export class Lease implements Transport {
  readonly address: string;
  readonly port: number;

  /** @param onReleased told after each close */
  constructor(
    readonly socket: Transport,
    readonly onReleased: () => void,
  ) {
    this.address = socket.address;
    this.port = socket.port;
  }

  onDatagram(handler: DatagramHandler): void {
    this.socket.onDatagram(handler);
  }

  send(bytes: Uint8Array, port: number, address: string): void {
    this.socket.send(bytes, port, address);
  }

  close(): void {
    this.socket.close();
    this.onReleased();
  }
}
