/**
 * The shape of one container: a service of a Compose file with its variables filled in.
 *
 * Field names are Compose's; amounts are numbers in plain units, whatever way the file wrote them.
 */
export interface Service {
  image: string;
  /** Instead of the image's own. */
  entrypoint?: string[];
  command?: string[];
  environment: Record<string, string>;
  labels: Record<string, string>;
  /** `uid:gid`; the image's own when it is not given. */
  user?: string;
  read_only: boolean;
  /** Path and mount options, e.g. `/tmp:size=16m`. */
  tmpfs: string[];
  cap_drop: string[];
  cap_add: string[];
  security_opt: string[];
  /** Bytes; 0 = unlimited. */
  mem_limit: number;
  /** Bytes, memory and swap together. */
  memswap_limit?: number;
  /** Cores; 0 = unlimited. */
  cpus: number;
  /** 0 = unlimited. */
  pids_limit: number;
  logging?: { driver: string; options: Record<string, string> };
  ulimits: Record<string, { soft: number; hard: number }>;
  sysctls: Record<string, string>;
  init?: boolean;
  /** no, always, on-failure, unless-stopped. */
  restart: string;
  stop_signal?: string;
  /** Milliseconds. */
  stop_grace_period?: number;
  /** True = the health check of the image is switched off. */
  healthcheck?: { disable: boolean };
  /** By the name of the network in the file. */
  networks: Record<string, { ipv4_address?: string }>;
  ports: PublishedPort[];
}

export interface PublishedPort {
  /** Where the engine listens; 127.0.0.1 unless the file says otherwise. */
  host_ip: string;
  /** 0 = any free one. */
  published: number;
  target: number;
  protocol: 'tcp' | 'udp';
}
