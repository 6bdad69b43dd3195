import { createSocket } from 'node:dgram';

/** Ports are taken of so many of the workers. */
const TAKEN = 50;

/**
 * Brings workers up while another program holds the ports that half of them prefer.
 *
 * @returns `joined` workers, or why the deployment `failed`
 */
export async function runWithTakenPorts(network, workers, settings) {
  const preferred = await placesOf(network, workers, settings);
  const held = await Promise.all(preferred.slice(0, TAKEN).map(hold));
  try {
    const { elapsedSeconds } = await network.deploy(workers, settings);
    try {
      const nodes = (await network.nodes()).filter((node) => node.tier === 'worker');
      const places = new Set(nodes.map((node) => `${node.address}:${node.port}`));
      return {
        joined: nodes.filter((node) => node.state === 'joined').length,
        places: places.size,
        elapsedSeconds,
      };
    } finally {
      await network.down();
    }
  } catch (error) {
    return { failed: error.message };
  } finally {
    for (const socket of held) socket.close();
  }
}

async function placesOf(network, workers, settings) {
  const { plan } = await network.plan(workers, settings);
  return plan.hosts
    .flatMap((host) => host.groups.map((group) => ({ ...group, host })))
    .filter(({ tier }) => tier === 'worker')
    .flatMap(({ nodes, host }) => nodes.map(({ port, address = host.address }) => ({ port, address })));
}

function hold({ port, address }) {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(port, address, () => resolve(socket));
  });
}
