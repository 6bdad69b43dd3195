import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from './temporary.js';

/** A socket that leads to the real engine, and can be cut: what a command sees of an engine that is restarted. */
export interface EngineProxy {
  environment: NodeJS.ProcessEnv;
  /** Breaks all connections; from here on nobody listens. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** @param target path of the engine's socket */
export async function engineProxy(target: string): Promise<EngineProxy> {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'engine.sock');
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const restore = async () => {
    server = createServer((near) => {
      const far = connect(target);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.once('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server?.listen(path, resolve));
  };
  const cut = async () => {
    const closed = new Promise((resolve) => server?.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
    server = undefined;
    await rm(path, { force: true });
  };
  await restore();
  return {
    environment: { DOCKER_HOST: `unix://${path}` },
    cut,
    restore,
    close: async () => {
      if (server) await cut();
      await folder.remove();
    },
  };
}
