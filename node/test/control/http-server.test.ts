import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import { HttpClient } from '../../src/control/http-client.js';
import { HttpError } from '../../src/control/http-error.js';
import { HttpServer, Reply, type Route, TAKEN } from '../../src/control/http-server.js';

const TOKEN = 'secret';

describe('HttpServer and HttpClient', () => {
  const bugs: unknown[] = [];
  let server: HttpServer;
  let client: HttpClient;
  let aborted: Promise<void> | undefined;

  const routes: Route[] = [
    { method: 'GET', path: '/healthz', open: true, handle: () => ({ status: 'up' }) },
    { method: 'POST', path: '/echo', bodyLimitBytes: 100, handle: ({ body }) => ({ body }) },
    { method: 'POST', path: '/deep', handle: ({ body }) => JSON.stringify(body) },
    { method: 'GET', path: '/things/:name', handle: ({ params, query }) => ({ ...params, ...query }) },
    { method: 'GET', path: '/nothing', handle: () => undefined },
    { method: 'GET', path: '/text', handle: () => new Reply(201, 'plain', 'text/plain') },
    {
      method: 'GET',
      path: '/refuse',
      handle: () => {
        throw new HttpError(409, 'not now');
      },
    },
    {
      method: 'GET',
      path: '/bug',
      handle: async () => {
        throw new Error('a bug');
      },
    },
    {
      method: 'GET',
      path: '/hang',
      handle: async ({ signal }) => {
        aborted = once(signal, 'abort').then(() => {});
        await aborted;
      },
    },
    {
      method: 'GET',
      path: '/own',
      handle: ({ response }) => {
        response.end('"own"');
        return TAKEN;
      },
    },
  ];

  before(async () => {
    server = await HttpServer.listen({
      address: '127.0.0.1',
      port: 0,
      token: TOKEN,
      routes,
      onBug: (error) => bugs.push(error),
    });
    client = new HttpClient({ token: TOKEN });
  });

  after(async () => {
    client.close();
    await server.close();
  });

  const failure = async (promise: Promise<unknown>): Promise<HttpError> => {
    try {
      await promise;
    } catch (error) {
      return error as HttpError;
    }
    throw new Error('It did not fail');
  };
  const get = (path: string) => client.request('GET', server.url + path);

  it('answers JSON, text, nothing, or leaves it to the handler', async () => {
    expect(await get('/things/a%2Fb?nodes=false')).to.deep.equal({ name: 'a/b', nodes: 'false' });
    expect(await get('/nothing')).to.equal(undefined);
    expect(await get('/own')).to.equal('own');
    expect(await client.request('POST', `${server.url}/echo`, { body: { a: [1] } })).to.deep.equal({
      body: { a: [1] },
    });
  });

  it('wants the token, but for open calls', async () => {
    for (const token of ['', 'wrong', `${TOKEN}x`]) {
      const stranger = new HttpClient({ token });
      const error = await failure(stranger.request('GET', `${server.url}/nothing`));
      expect(error.status).to.equal(401);
      expect(await stranger.request('GET', `${server.url}/healthz`)).to.deep.equal({ status: 'up' });
      stranger.close();
    }
  });

  it('tells a stranger nothing about which calls there are', async () => {
    const stranger = new HttpClient({ token: 'wrong' });
    expect((await failure(stranger.request('GET', `${server.url}/no-such`))).status).to.equal(401);
    stranger.close();
    expect((await failure(get('/no-such'))).status).to.equal(404);
  });

  it('says what is wrong with a path that can not be read', async () => {
    for (const path of ['/%zz', '/things/%zz', '/things/%ed%a0%80']) {
      const { status, message } = await failure(get(path));
      expect([status, message], path).to.deep.equal([400, `The path is not valid percent-encoding: ${path}`]);
    }
    const { status, message } = await failure(get(`/things/${'x'.repeat(8193)}`));
    expect([status, message]).to.deep.equal([414, 'A part of the path is longer than 8192 bytes']);
    const stranger = new HttpClient({ token: 'wrong' });
    expect((await failure(stranger.request('GET', `${server.url}/%zz`))).status).to.equal(401);
    stranger.close();
  });

  it('refuses a body that is too large, declared or not', async () => {
    const error = await failure(client.request('POST', `${server.url}/echo`, { body: 'x'.repeat(200) }));
    expect(error.status).to.equal(413);
    expect(error.message).to.equal('The body is larger than 100 bytes');

    const { port } = new URL(server.url);
    const chunked = request({
      host: '127.0.0.1',
      port,
      path: '/echo',
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'transfer-encoding': 'chunked' },
    });
    chunked.on('error', () => {});
    chunked.write('x'.repeat(60));
    chunked.write('x'.repeat(60));
    const [response] = await once(chunked, 'response');
    expect(response.statusCode).to.equal(413);
    response.resume();
    chunked.destroy();
  });

  it('refuses a body that is nested too deeply', async () => {
    const sent = request(`${server.url}/deep`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    sent.end('['.repeat(30_000) + ']'.repeat(30_000));
    const [response] = await once(sent, 'response');
    expect(response.statusCode).to.equal(400);
    response.resume();
    expect(bugs).to.deep.equal([]);
  });

  it('does not keep connections on which no request arrives', async function () {
    this.timeout(60_000);
    const { port } = new URL(server.url);
    const sockets = Array.from({ length: 20 }, (_, index) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      if (index % 2 === 0) socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
      return socket;
    });
    await Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
    expect((await get('/healthz')) as object).to.deep.equal({ status: 'up' });
  });

  it('refuses what is not JSON', async () => {
    const sent = request(`${server.url}/echo`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    sent.end('{"a":');
    const [response] = await once(sent, 'response');
    expect(response.statusCode).to.equal(400);
    response.resume();
  });

  it('maps errors to a status and one line, and tells of bugs', async () => {
    const refused = await failure(get('/refuse'));
    expect([refused.status, refused.message]).to.deep.equal([409, 'not now']);
    expect(bugs).to.have.length(0);
    const bug = await failure(get('/bug'));
    expect([bug.status, bug.message]).to.deep.equal([500, 'a bug']);
    expect(bugs).to.have.length(1);
  });

  it('aborts a call whose caller hangs up', async () => {
    const aborter = new AbortController();
    const call = failure(client.request('GET', `${server.url}/hang`, { signal: aborter.signal }));
    while (!aborted) await new Promise((resolve) => setImmediate(resolve));
    aborter.abort();
    expect((await call).name).to.equal('AbortError');
    await aborted;
  });

  it('gives up after its time', async () => {
    const error = await failure(client.request('GET', `${server.url}/hang`, { timeoutMs: 30 }));
    expect(error.message).to.match(/^No answer from .* within 0.03 s$/);
  });

  it('survives what is not HTTP', async () => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {}).resume();
    socket.write('\x00\x01\x02 nonsense\r\n\r\n');
    await once(socket, 'close');
    expect(await get('/nothing')).to.equal(undefined);
  });

  it('sends again what a server has not seen because it closed the connection', async () => {
    const first = await HttpServer.listen({ address: '127.0.0.1', port: 0, token: TOKEN, routes });
    const { url } = first;
    await client.request('GET', `${url}/nothing`);
    await first.close();
    const { port } = new URL(url);
    const second = await HttpServer.listen({
      address: '127.0.0.1',
      port: Number(port),
      token: TOKEN,
      routes,
    });
    expect(await client.request('GET', `${url}/things/b`)).to.deep.equal({ name: 'b' });
    await second.close();
    const error = await failure(client.request('GET', `${url}/nothing`));
    expect((error as NodeJS.ErrnoException).code).to.equal('ECONNREFUSED');
  });
});
