/** What a plan must fit in. */
export interface Machine {
  cores: number;
  /** Memory that could be used now. Bytes. */
  memoryBytes: number;
  platform: string;
  /** File descriptors that one process may hold. */
  openFiles: number;
  /** Processes that could be started now. */
  processes: number;
  /** Addresses that the kernel can know the hardware addresses of, in all its network namespaces together. */
  neighbours: number;
  /** Version of the Node.js that hosts run on: 24.1.0. */
  nodeVersion: string;
  /** CPU time of a raw UDP request with its answer, now. Microseconds; null where it could not be measured. */
  udpMicroseconds: number | null;
}
