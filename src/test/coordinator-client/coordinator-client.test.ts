import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { CoordinatorClient, CoordinatorError } from '../../coordinator-client/coordinator-client.js';
import { InterruptedError } from '../../errors.js';
import { rejectionOf } from '../support/stand-in.js';

describe('the coordinator client', () => {
  const servers: Server[] = [];
  const { signal } = new AbortController();
  const closeServers = () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  };
  afterEach(closeServers);

  const clientOf = async (listener: RequestListener): Promise<CoordinatorClient> => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new CoordinatorClient({ url: `http://127.0.0.1:${port}`, token: 'secret' });
  };

  /** Answers with what it was asked. */
  const echo: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    response.end(JSON.stringify({ method, url, token: headers.authorization, body }));
  };

  it('sends the token and the body, and reads the answer', async () => {
    const client = await clientOf(echo);
    expect(await client.lookup({ count: 5 }, signal)).to.deep.equal({
      method: 'POST',
      url: '/v1/measure/lookup',
      token: 'Bearer secret',
      body: { count: 5 },
    });
  });

  it('changes settings and reads them', async () => {
    const client = await clientOf(echo);
    const request = { settings: { enable_health_check: 'false', fallback_k: null }, tiers: ['worker'] };
    const call = { url: '/v1/settings', token: 'Bearer secret' };
    expect(await client.putSettings(request, signal)).to.deep.equal({
      ...call,
      method: 'PUT',
      body: request,
    });
    expect(await client.getSettings(signal)).to.deep.equal({ ...call, method: 'GET' });
  });

  it('asks for faults, nodes and discoveries', async () => {
    const client = await clientOf(echo);
    const token = 'Bearer secret';
    expect(await client.fault('a b', signal)).to.deep.equal({
      method: 'GET',
      url: '/v1/faults/a%20b',
      token,
    });
    const restart = { method: 'POST', url: '/v1/nodes/worker-1/restart', token };
    expect(await client.restartNode('worker-1', signal)).to.deep.equal(restart);
    const discovery = { method: 'POST', url: '/v1/measure/discovery', token };
    const among = ['worker-1'];
    expect(await client.discovery(signal)).to.deep.equal({ ...discovery, body: {} });
    expect(await client.discovery(signal, { among })).to.deep.equal({ ...discovery, body: { among } });
  });

  it('knows no fault that is not on', async () => {
    const client = await clientOf((_, response) => response.writeHead(404).end('{"error":"no such fault"}'));
    expect(await client.fault('none', signal)).to.equal(undefined);
    const refusing = await clientOf((_, response) => response.writeHead(503).end());
    expect(await rejectionOf(refusing.fault('none', signal))).to.be.instanceOf(CoordinatorError);
  });

  it('says what the coordinator refused', async () => {
    const client = await clientOf((_, response) => response.writeHead(409).end('{"error":"no such host"}'));
    const error = await rejectionOf(client.network(signal));
    expect(error).to.be.instanceOf(CoordinatorError);
    expect(error.message).to.equal('The coordinator refused /v1/network (409): no such host');
    expect((error as CoordinatorError).status).to.equal(409);
  });

  it('does not wait for an answer on a connection that was closed', async () => {
    const client = await clientOf(echo);
    // As a proxy does whose own other side is not there yet.
    servers[0]?.on('connection', (socket) => socket.destroy());
    const error = await rejectionOf(client.events(signal).next());
    expect(error).to.be.instanceOf(CoordinatorError);
    expect(error.message).to.match(/does not answer \(/);
  });

  it('says when nobody answers', async () => {
    const client = await clientOf(() => {});
    const [server] = servers as [Server];
    server.close();
    await once(server, 'close');
    const error = await rejectionOf(client.network(signal));
    expect(error).to.be.instanceOf(CoordinatorError);
    expect(error.message).to.match(/does not answer \(.*ECONNREFUSED/);
  });

  it('gives up on one that is silent, whatever the garbage collector does', async () => {
    const { url } = await clientOf(() => {});
    const client = new CoordinatorClient({ url, token: 'secret', timeoutMs: 500 });
    const asked = rejectionOf(client.network(signal));
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const collecting = setInterval(collect, 50);
    const error = await asked;
    clearInterval(collecting);
    expect(error.message).to.match(/does not answer \(no answer in time\)$/);
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const client = await clientOf(() => controller.abort(new InterruptedError('SIGINT')));
    expect(await rejectionOf(client.network(controller.signal))).to.be.instanceOf(InterruptedError);
  });

  it('reads events that arrive in pieces', async () => {
    const client = await clientOf((_, response) => {
      response.write('event: progress\ndata: {"type":"prog');
      setImmediate(() => response.end('ress"}\n\nevent: ready\ndata: {"type":"ready"}\n\n'));
    });
    const types: string[] = [];
    const error = await rejectionOf(
      (async () => {
        for await (const event of client.events(signal)) types.push(event.type);
      })(),
    );
    expect(types).to.deep.equal(['progress', 'ready']);
    expect(error).to.be.instanceOf(CoordinatorError);
  });
});
