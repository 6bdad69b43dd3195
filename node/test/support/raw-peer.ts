import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A bare UDP socket on loopback that sends given bytes and hands out what comes back. */
export class RawPeer {
  readonly #received: { bytes: Buffer; port: number }[] = [];
  readonly #waiters: (() => void)[] = [];

  private constructor(readonly socket: Socket) {
    socket.on('message', (bytes, remote) => {
      this.#received.push({ bytes, port: remote.port });
      for (const wake of this.#waiters.splice(0)) wake();
    });
  }

  static async open(): Promise<RawPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RawPeer(socket);
  }

  get port(): number {
    return this.socket.address().port;
  }

  send(hex: string, port: number): void {
    this.socket.send(Buffer.from(hex.replaceAll(' ', ''), 'hex'), port, '127.0.0.1');
  }

  /** The next datagram that `fits`; others are dropped. */
  async receive(fits: (bytes: Buffer) => boolean = () => true): Promise<Buffer> {
    for (;;) {
      const next = this.#received.shift();
      if (next && fits(next.bytes)) return next.bytes;
      if (!next) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  close(): void {
    this.socket.close();
  }
}
