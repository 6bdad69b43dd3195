import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { PublishedPort, Service } from '../../compose/service.js';

/** Where a container goes. */
export interface Place {
  /** Its name in the engine. */
  name: string;
  /** Name of the Docker network. */
  network: string;
  /** Processors of the engine: it refuses a container that may use more. */
  cpus: number;
}

/** A service as the engine's API takes it. */
export function createOptions(service: Service, { name, network, cpus }: Place): ContainerCreateOptions {
  const [endpoint = {}] = Object.values(service.networks);
  const { ipv4_address: address } = endpoint;
  return {
    name,
    Image: service.image,
    ...(service.entrypoint && { Entrypoint: service.entrypoint }),
    ...(service.command && { Cmd: service.command }),
    Env: Object.entries(service.environment).map(([variable, value]) => `${variable}=${value}`),
    Labels: service.labels,
    ...(service.user !== undefined && { User: service.user }),
    ...(service.stop_signal !== undefined && { StopSignal: service.stop_signal }),
    ...(service.stop_grace_period !== undefined && {
      StopTimeout: Math.ceil(service.stop_grace_period / 1000),
    }),
    ...(service.healthcheck?.disable && { Healthcheck: { Test: ['NONE'] } }),
    ExposedPorts: Object.fromEntries(service.ports.map((port) => [portKey(port), {}])),
    HostConfig: hostConfig(service, network, cpus),
    NetworkingConfig: {
      EndpointsConfig: { [network]: address ? { IPAMConfig: { IPv4Address: address } } : {} },
    },
  };
}

function hostConfig(service: Service, network: string, cpus: number): HostConfig {
  const { logging, ports } = service;
  return {
    NetworkMode: network,
    ReadonlyRootfs: service.read_only,
    Tmpfs: Object.fromEntries(service.tmpfs.map(tmpfsEntry)),
    CapDrop: service.cap_drop,
    CapAdd: service.cap_add,
    SecurityOpt: service.security_opt.map(securityOption),
    Memory: service.mem_limit,
    ...(service.memswap_limit !== undefined && { MemorySwap: service.memswap_limit }),
    NanoCpus: Math.round(Math.min(service.cpus, cpus) * 1e9),
    ...(service.pids_limit > 0 && { PidsLimit: service.pids_limit }),
    ...(logging && { LogConfig: { Type: logging.driver, Config: logging.options } }),
    Ulimits: Object.entries(service.ulimits).map(([Name, { soft: Soft, hard: Hard }]) => ({
      Name,
      Soft,
      Hard,
    })),
    Sysctls: service.sysctls,
    ...(service.init !== undefined && { Init: service.init }),
    RestartPolicy: { Name: service.restart },
    PortBindings: Object.fromEntries(ports.map((port) => [portKey(port), bindingsOf(port, ports)])),
  };
}

function portKey({ target, protocol }: PublishedPort): string {
  return `${target}/${protocol}`;
}

/** A port may be published more than once. */
function bindingsOf(port: PublishedPort, ports: readonly PublishedPort[]) {
  const same = ports.filter((each) => portKey(each) === portKey(port));
  return same.map(({ host_ip, published }) => ({
    HostIp: host_ip,
    HostPort: published === 0 ? '' : String(published),
  }));
}

function tmpfsEntry(entry: string): [string, string] {
  const colon = entry.indexOf(':');
  return colon < 0 ? [entry, ''] : [entry.slice(0, colon), entry.slice(colon + 1)];
}

/** Compose writes `name:value`; engines complain of it and want `name=value`. */
function securityOption(option: string): string {
  return option.replace(/^([^:=]+):/, '$1=');
}
