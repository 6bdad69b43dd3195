// A program that speaks the control API as a network does, without any DHT: what the driver and the services need.
//
// The name of the network says what goes wrong: `dies-…` the first host with workers ends with code 7 while starting; `stuck-…` no
// worker ever joins; `shaky-…` half of its uptime is missing; `fails-…` one worker can't join; `deaf-…` hosts take no notice of SIGTERM.
const http = require('node:http');

const { CQKD_COORDINATOR, CQKD_HOST, CQKD_TOKEN } = process.env;
const authorization = `Bearer ${CQKD_TOKEN}`;
if (CQKD_COORDINATOR) coordinate(JSON.parse(CQKD_COORDINATOR));
else host(JSON.parse(CQKD_HOST));

function load() {
  return { cpuSeconds: process.cpuUsage().user / 1e6, memoryBytes: 1, eventLoopP99Ms: 1 };
}

function coordinate(spec) {
  const hosts = new Map();
  const listeners = new Set();
  let { expected } = spec;

  const count = (nodes, state) => nodes.filter((node) => node.state === state).length;
  const all = () => [...hosts.values()].flatMap((each) => each.nodes);
  const event = () => {
    const tiers = {};
    for (const [tier, total] of Object.entries(expected)) {
      const nodes = all().filter((node) => node.tier === tier);
      tiers[tier] = { joined: count(nodes, 'joined'), failed: count(nodes, 'failed'), total };
    }
    const total = Object.values(expected).reduce((sum, each) => sum + each, 0);
    const ready = Object.values(tiers).every((tier) => tier.joined >= tier.total);
    return {
      at: Date.now(),
      type: ready ? 'ready' : 'progress',
      tiers,
      crawl: { seen: ready ? total : 0, total },
    };
  };
  const tell = () => {
    for (const listener of listeners) listener.write(`event: x\ndata: ${JSON.stringify(event())}\n\n`);
  };
  const view = (nodes) => ({
    network: spec.network,
    state: event().type === 'ready' ? 'ready' : 'starting',
    bootstrapSeconds: 1.5,
    tiers: event().tiers,
    crawl: event().crawl,
    uptimePercent: spec.network.startsWith('shaky') ? 50 : 100,
    hosts: [...hosts.values()].map((each) => ({ ...each, nodes: nodes ? each.nodes : [] })),
    coordinator: { pid: process.pid, load: load() },
  });
  const shutdown = async (names) => {
    for (const each of [...hosts.values()]) {
      if (names && !names.includes(each.name)) continue;
      hosts.delete(each.name);
      await fetch(`${each.url}/v1/shutdown`, { method: 'POST', headers: { authorization } }).catch(() => {});
    }
    if (!names) setImmediate(() => process.exit(0));
  };

  serve(spec.control, async (method, path, body, response) => {
    if (path === '/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      listeners.add(response);
      response.once('close', () => listeners.delete(response));
      response.write(`data: ${JSON.stringify(event())}\n\n`);
      return undefined;
    }
    if (path === '/v1/hosts') {
      hosts.set(body.name, body);
      tell();
      return { resend: false };
    }
    if (path.startsWith('/v1/network')) return view(!path.includes('nodes=false'));
    if (path === '/v1/spec') {
      expected = body.expected;
      tell();
      return {};
    }
    if (path === '/v1/shutdown') {
      await shutdown(body.hosts);
      return { stopped: [], failed: [] };
    }
    const [, name, rest] = /^\/v1\/hosts\/([^/]+)(\/spec)?$/.exec(path) ?? [];
    if (name && method === 'DELETE') {
      hosts.delete(name);
      tell();
      return {};
    }
    if (name && rest) {
      const headers = { authorization, 'content-type': 'application/json' };
      await fetch(`${hosts.get(name).url}/v1/spec`, { method: 'PUT', headers, body: JSON.stringify(body) });
      return {};
    }
    return null;
  });
}

function host(spec) {
  const [behaviour] = spec.network.split('-');
  if (behaviour === 'dies' && ['shared-1', 'worker-east-1'].includes(spec.name)) {
    console.error('out of luck');
    process.exit(7);
  }
  if (behaviour === 'deaf') process.on('SIGTERM', () => {});
  console.log(JSON.stringify({ msg: 'started', argv: process.argv.slice(2) }));

  const stateOf = (node, tier) => {
    if (tier !== 'worker') return 'joined';
    if (behaviour === 'stuck') return 'joining';
    return behaviour === 'fails' && node.name === 'worker-0001' ? 'failed' : 'joined';
  };
  const report = async (url) => {
    const nodes = spec.groups.flatMap(({ tier, region, nodes: own }) =>
      own.map((node) => ({
        name: node.name,
        id: '0'.repeat(40),
        address: node.address ?? spec.address,
        port: node.port,
        tier,
        region,
        state: stateOf(node, tier),
        ...(stateOf(node, tier) === 'failed' && { error: 'no bootstrap node answered' }),
      })),
    );
    const each = (key) => [...new Set(spec.groups.map((group) => group[key]))];
    const places = { tiers: each('tier'), regions: each('region') };
    const body = JSON.stringify({
      name: spec.name,
      ...places,
      state: 'up',
      pid: process.pid,
      url,
      load: load(),
      nodes,
    });
    const headers = { authorization, 'content-type': 'application/json' };
    await fetch(`${spec.coordinator}/v1/hosts`, { method: 'POST', headers, body }).catch(() =>
      setTimeout(() => report(url), 20),
    );
  };
  serve(
    spec.control,
    async (_method, path, body, response, url) => {
      if (path === '/v1/shutdown') {
        response.once('close', () => process.exit(0));
        return {};
      }
      spec = body;
      await report(url);
      return {};
    },
    report,
  );
}

function serve({ address, port }, answer, onListening = () => {}) {
  let url;
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.headers.authorization !== authorization)
      return response.writeHead(401).end('{"error":"no token"}');
    const text = Buffer.concat(chunks).toString();
    const result = await answer(request.method, request.url, text ? JSON.parse(text) : {}, response, url);
    if (result === undefined) return undefined;
    return response
      .writeHead(result === null ? 404 : 200)
      .end(JSON.stringify(result ?? { error: 'no such call' }));
  });
  server.listen(port, address, () => {
    url = `http://${address}:${server.address().port}`;
    onListening(url);
  });
}
