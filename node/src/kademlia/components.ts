/** A timer handle; only the clock that made it knows what it is. */
export type Timer = unknown;

/** Time as the node sees it, in milliseconds. */
export interface Clock {
  /** Monotonic, from any origin. */
  now(): number;
  /** Time of day, since 1970. It may jump, and differs between machines: only versions of values use it. */
  wallMs(): number;
  setTimeout(callback: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** Where randomness comes from: the system's for real nodes, a seed for repeatable runs. */
export interface RandomSource {
  fill(bytes: Uint8Array): void;
  /** Integer in 0 … 2^32-1. */
  uint32(): number;
  /** Number in [0, 1). */
  float(): number;
}

/** Called for every datagram that arrives. The bytes belong to the receiver from then on. */
export type DatagramHandler = (bytes: Uint8Array, address: string, port: number) => void;

/** One bound datagram socket. */
export interface Transport {
  readonly address: string;
  readonly port: number;
  onDatagram(handler: DatagramHandler): void;
  /** Sends without waiting; a datagram that can't be sent is lost, as any may be. The bytes must not be changed afterwards. */
  send(bytes: Uint8Array, port: number, address: string): void;
  close(): void;
}

/** Opens sockets: real ones (wire/udp) or those of the virtual network (wire/virtual). */
export interface TransportFactory {
  /** @throws Error with `code` EADDRINUSE when the port is taken. */
  bind(address: string, port: number): Promise<Transport>;
}
