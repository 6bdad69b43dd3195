import { randomBytes } from 'node:crypto';
import { networkLabels, networkNameOf, unitLabels } from '../../compose/identity.js';
import type { Service } from '../../compose/service.js';
import { removeAll } from '../../drivers/docker/clean-up.js';
import { DockerDriver } from '../../drivers/docker/docker-driver.js';
import { type Engine, openEngine } from '../../drivers/docker/engine/engine.js';
import { ensureImage } from '../../drivers/docker/image/ensure-image.js';
import { imageReference } from '../../drivers/docker/image/reference.js';
import { claimNetwork } from '../../drivers/docker/network.js';
import type { Unit } from '../../drivers/driver.js';
import { unitsOf } from '../../services/plan-units.js';
import { requireEngine } from './engine.js';
import { planOf } from './plan-input.js';

/** Small ones, where no default of the driver is. */
const subnets = Array.from({ length: 256 }, (_, index) => `10.199.${index}.0/24`);

/** As the first process of a container it has to handle the signal itself. */
export const polite = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1e6);`;
export const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6);`;

/** A network on the real engine, whose units run little programs of a test. */
export interface DockerLab {
  engine: Engine;
  network: string;
  /** Name of the Docker network. */
  dockerNetwork: string;
  image: string;
  driver: DockerDriver;
  /** The coordinator first, then hosts. */
  units: Unit[];
  /** What the container of a unit is like; set before it is started. */
  change(unit: string, change: Partial<Service> & { program?: string }): void;
  serviceOf: (unit: Unit, token: string) => Service;
  container(unit: string): ReturnType<Engine['docker']['getContainer']>;
  remove(): Promise<void>;
}

/** Skips the test where no engine answers. */
export async function dockerLab(test: Mocha.Context, environment?: NodeJS.ProcessEnv): Promise<DockerLab> {
  await requireEngine(test);
  const direct = await openEngine();
  await ensureImage(direct, { signal: new AbortController().signal });
  const image = imageReference();
  const { Config } = await direct.docker.getImage(image).inspect();
  const [node = 'node'] = [Config.Entrypoint ?? []].flat();
  const network = `t${randomBytes(4).toString('hex')}`;
  const definitionOf = (subnet: string) => ({
    key: 'cqkd',
    name: networkNameOf(network),
    driver: 'bridge',
    driver_opts: {},
    internal: false,
    labels: networkLabels(network),
    subnet,
  });
  const { subnet: cidr } = await claimNetwork(direct, network, { definitionOf, subnets });
  // With hosts of one tier each there are more of them.
  const plan = planOf(15, { network, ground: { kind: 'subnet', cidr }, coordinatorPort: 7400, density: 500 });
  const changes = new Map<string, Partial<Service> & { program?: string }>();
  const serviceOf = (unit: Unit, token: string): Service => {
    const { program = polite, ...change } = changes.get(unit.name) ?? {};
    return {
      image,
      entrypoint: [node],
      command: ['-e', program],
      environment: { CQKD_TOKEN: token },
      labels: unitLabels(unit),
      read_only: true,
      tmpfs: ['/tmp:size=16m'],
      cap_drop: ['ALL'],
      cap_add: [],
      security_opt: ['no-new-privileges:true'],
      mem_limit: 256e6,
      cpus: 0,
      pids_limit: 64,
      logging: { driver: 'json-file', options: { 'max-size': '1m' } },
      ulimits: {},
      sysctls: {},
      restart: 'no',
      healthcheck: { disable: true },
      networks: { cqkd: { ipv4_address: unit.spec.address } },
      ports: [],
      ...change,
    };
  };
  const engine = environment ? await openEngine(environment) : direct;
  return {
    engine,
    network,
    dockerNetwork: networkNameOf(network),
    image,
    driver: new DockerDriver({ engine, network, serviceOf }),
    units: unitsOf(plan),
    change: (unit, change) => changes.set(unit, { ...changes.get(unit), ...change }),
    serviceOf,
    container: (unit) => direct.docker.getContainer(`cqkd-${network}-${unit}`),
    remove: async () => {
      await removeAll(direct, network);
    },
  };
}
