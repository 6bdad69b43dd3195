import { randomInt } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { networkOf, type Shape, serviceOf } from '../../compose/service-of.js';
import { Templates } from '../../compose/templates.js';
import type { Machine } from '../../machine/machine.js';
import { type NodeBinary, readNodeBinary } from '../../machine/node-binary.js';
import { readMachine } from '../../machine/read-machine.js';
import type { Ground } from '../../plan/ground.js';
import type { NetworkPaths } from '../../state/paths.js';
import type { Infrastructure, Site } from '../infrastructure.js';
import { freePort } from '../process/ports.js';
import { DockerDriver } from './docker-driver.js';
import type { Engine } from './engine/engine.js';
import { ensureImage, imageNodeVersion } from './image/ensure-image.js';
import { inspectImage } from './image/inspect-image.js';
import { imageReference } from './image/reference.js';
import { claimNetwork, previewSubnet, releaseNetwork } from './network.js';

/** Ports of an engine elsewhere, where nobody here can look which ones are free. */
const distantPorts = { min: 20_000, max: 30_000 };

export interface DockerInfrastructureInit {
  engine: Engine;
  /** The user's own templates; those that it lacks are the shipped ones. */
  templates?: string | undefined;
  note?: string | undefined;
  /** The Node.js that the image is to have: a path. By default the image that is there stays as it is. */
  nodeBinary?: string | undefined;
  /** Id of the image to use; by default the one of this cqkd. */
  image?: string | undefined;
}

/** Containers of a Docker Engine, each with an address of its own on a bridge network. */
export class DockerInfrastructure implements Infrastructure {
  readonly name = 'docker';
  readonly note?: string;
  readonly nodeBinary: string | undefined;
  readonly #engine: Engine;
  readonly #templates: Templates;
  #image: string | undefined;

  /** Uses the image that is given as long as the engine has it. @throws UsageError, EnvironmentError */
  static async open(init: DockerInfrastructureInit): Promise<DockerInfrastructure> {
    const { image, ...others } = init;
    const isThere = image !== undefined && (await inspectImage(init.engine, image)) !== undefined;
    return new DockerInfrastructure({ ...others, ...(isThere && { image }) });
  }

  /** @throws UsageError when there is no such folder of templates */
  constructor({ engine, templates, note, nodeBinary, image }: DockerInfrastructureInit) {
    this.#engine = engine;
    this.#image = image;
    this.#templates = Templates.open(templates);
    this.nodeBinary = nodeBinary && resolve(nodeBinary);
    if (note !== undefined) this.note = note;
  }

  get image(): string | undefined {
    return this.#image;
  }

  async machine(): Promise<Machine> {
    const { sharesKernel, cpus, memoryBytes } = this.#engine;
    const [here, node] = await Promise.all([readMachine(), this.#node()]);
    const nodeVersion = this.#image
      ? await imageNodeVersion(this.#engine, this.#image)
      : (node?.version ?? (await imageNodeVersion(this.#engine)));
    return {
      ...here,
      nodeVersion,
      cores: cpus,
      memoryBytes: sharesKernel ? Math.min(here.memoryBytes, memoryBytes) : memoryBytes,
      platform: 'linux',
      neighbours: sharesKernel ? here.neighbours : Number.POSITIVE_INFINITY,
    };
  }

  async preview(): Promise<Ground> {
    return { kind: 'subnet', cidr: await previewSubnet(this.#engine) };
  }

  async claim(network: string, signal: AbortSignal): Promise<Site> {
    const engine = this.#engine;
    const { publishedHost, isLocal } = engine;
    const definitionOf = (subnet: string) => networkOf(network, this.#shape(subnet));
    const { subnet } = await claimNetwork(engine, network, { definitionOf, signal });
    const release = () => releaseNetwork(engine, network);
    try {
      const port = isLocal ? await freePort(publishedHost) : randomInt(distantPorts.min, distantPorts.max);
      return {
        ground: { kind: 'subnet', cidr: subnet },
        coordinatorPort: port,
        coordinatorUrl: `http://${publishedHost}:${port}`,
        check: async () => {},
        release,
      };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async prepare(signal: AbortSignal, onProgress: (step: string) => void): Promise<void> {
    const { id } = await ensureImage(this.#engine, { node: await this.#node(), signal, onProgress });
    this.#image = id;
  }

  driver(paths: NetworkPaths): DockerDriver {
    const { publishAddress } = this.#engine;
    return new DockerDriver({
      engine: this.#engine,
      network: basename(paths.folder),
      image: this.#image,
      serviceOf: (unit, token) => {
        const service = serviceOf(unit, token, this.#shape(''));
        const ports = service.ports.map((port) => ({ ...port, host_ip: publishAddress }));
        return { ...service, ports };
      },
    });
  }

  /** The one that the user named. @throws UsageError */
  async #node(): Promise<NodeBinary | undefined> {
    return this.nodeBinary === undefined ? undefined : readNodeBinary(this.nodeBinary);
  }

  #shape(subnet: string): Shape {
    return {
      templates: this.#templates,
      image: this.#image ?? imageReference(),
      subnet,
      variables: process.env,
    };
  }
}
