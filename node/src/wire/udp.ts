import { createSocket, type Socket } from 'node:dgram';
import type { DatagramHandler, Transport, TransportFactory } from '../kademlia/components.js';

/** Room for a burst of answers; the kernel caps it at net.core.rmem_max. Bytes. */
const RECEIVE_BUFFER_BYTES = 1 << 20;

/** UDP sockets of the system. Destinations must be IPv4 addresses: nothing is resolved on the way. */
export const udp: TransportFactory = {
  bind(address, port) {
    return new Promise((resolve, reject) => {
      const socket = createSocket({
        type: 'udp4',
        recvBufferSize: RECEIVE_BUFFER_BYTES,
        // Without this dgram asks the resolver for every datagram, even for addresses.
        lookup: (host, _options, callback) => callback(null, host, 4),
      });
      const failed = (error: Error) => {
        // A socket that could not be bound keeps its descriptor until it is closed.
        socket.close();
        reject(error);
      };
      socket.once('error', failed);
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', failed);
        resolve(new UdpTransport(socket));
      });
    });
  },
};

class UdpTransport implements Transport {
  readonly address: string;
  readonly port: number;
  #open = true;

  constructor(readonly socket: Socket) {
    const bound = socket.address();
    this.address = bound.address;
    this.port = bound.port;
    // A send error (no buffer, no route) loses that datagram and nothing more; requests time out.
    socket.on('error', () => {});
  }

  onDatagram(handler: DatagramHandler): void {
    this.socket.removeAllListeners('message');
    this.socket.on('message', (bytes, remote) => handler(bytes, remote.address, remote.port));
  }

  send(bytes: Uint8Array, port: number, address: string): void {
    if (this.#open) this.socket.send(bytes, port, address);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.socket.close();
  }
}
