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
}
