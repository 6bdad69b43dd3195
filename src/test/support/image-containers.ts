import type { Container, ContainerCreateOptions } from 'dockerode';
import { containerNameOf, labelNames, networkLabels } from '../../compose/identity.js';
import type { DockerLab } from './docker-lab.js';

/** Containers of the image as a user runs them by hand, on the network of a lab and removed with it. */
export interface ImageContainers {
  /** Starts one that others find by its name. */
  start(name: string, environment: Record<string, string>, more?: ContainerCreateOptions): Promise<Container>;
  /** Runs a program instead of the node's, to its end. @returns what it wrote */
  ask(program: string): Promise<string>;
  lines(name: string): Promise<string[]>;
}

export function imageContainers({
  engine,
  network,
  dockerNetwork,
  image,
  driver,
}: DockerLab): ImageContainers {
  const start: ImageContainers['start'] = async (name, environment, more = {}) => {
    const container = await engine.docker.createContainer({
      name: containerNameOf(network, name),
      Image: image,
      Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      Labels: { ...networkLabels(network), [labelNames.host]: name },
      HostConfig: {
        NetworkMode: dockerNetwork,
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
      },
      NetworkingConfig: { EndpointsConfig: { [dockerNetwork]: { Aliases: [name] } } },
      ...more,
    });
    await container.start();
    return container;
  };
  let asked = 0;
  const lines = (name: string) => driver.lastLines(name, 1000);
  return {
    start,
    lines,
    ask: async (program) => {
      const name = `ask-${++asked}`;
      const container = await start(name, {}, { Entrypoint: ['/usr/local/bin/node'], Cmd: ['-e', program] });
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      const told = (await lines(name)).join('\n');
      await container.remove();
      if (StatusCode !== 0) throw new Error(`The program ended with ${StatusCode}: ${told}`);
      return told;
    },
  };
}
