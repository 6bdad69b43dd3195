import { createSocket } from 'node:dgram';
import { expect } from 'chai';
import { HttpClient } from '../src/control/http-client.js';
import type { HttpError } from '../src/control/http-error.js';
import { Cluster, hostSpec, nodeGroup } from './support/cluster.js';
import { freePorts } from './support/free-ports.js';
import { NodeProcess } from './support/node-process.js';
import { until } from './support/until.js';

describe('the program', () => {
  const processes: NodeProcess[] = [];
  const run = (environment: Record<string, string>) => {
    const started = new NodeProcess(environment);
    processes.push(started);
    return started;
  };
  /** Runs it to its end, which must be a refusal in one line. */
  const refusal = async (environment: Record<string, string>) => {
    const started = run(environment);
    const { code } = await started.ended();
    expect(code, started.stderr).to.equal(4);
    expect(started.stderr).to.match(/^[^\n]+\n$/);
    return started.stderr.trim();
  };

  afterEach(() => Promise.all(processes.splice(0).map((each) => each.kill())));

  it('refuses a bad value with one line and exit code 4', async () => {
    expect(await refusal({ DHT_PORT: '70000' })).to.match(/^DHT_PORT takes .*, got "70000"$/);
    expect(await refusal({ ENABLE_HEALTH_CHECK: 'perhaps' })).to.match(/^ENABLE_HEALTH_CHECK takes /);
    const noNode = /^BOOTSTRAP_NODES names no node to join by: .*no-such-name\.invalid.* can't be resolved/;
    expect(await refusal({ BOOTSTRAP_NODES: 'no-such-name.invalid:1,[::1]:5' })).to.match(noNode);
    const second = { BOOTSTRAP_LEVEL: 'super', BOOTSTRAP_NODES: 'no-such-name.invalid:1' };
    expect(await refusal(second)).to.match(noNode);
    expect(await refusal({ CQKD_HOST: '{}', CQKD_TOKEN: 't' })).to.match(/^CQKD_HOST: network takes /);
    expect(await refusal({ CQKD_COORDINATOR: 'x', CQKD_TOKEN: 't' })).to.match(/^CQKD_COORDINATOR is not/);
    const spec = JSON.stringify(hostSpec('super-0'));
    expect(await refusal({ CQKD_HOST: spec })).to.match(/^CQKD_TOKEN takes /);
  });

  it('refuses a port that is taken where a single node must have that one', async () => {
    const [port = 0] = await freePorts(1);
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(port, '0.0.0.0', resolve));
    const taken = `Port ${port} of 0.0.0.0 is taken by another program: stop it, or move the network to another address`;
    const node = { NODE_ID: 'w', BOOTSTRAP_NODES: '127.0.0.1:1' };
    expect(await refusal({ ...node, DHT_PORT: `${port}` })).to.equal(`w: ${taken}`);
    const fixed = { ENABLE_DYNAMIC_PORTS: 'false', FALLBACK_STATIC_PORT: `${port}` };
    expect(await refusal({ ...node, ...fixed })).to.equal(`w: ${taken}`);
    const range = { BASE_PORT: `${port}`, MAX_PORT: `${port}` };
    expect(await refusal({ ...node, ...range })).to.equal(`w: ${taken}`);
    socket.close();
  });

  it('refuses a bootstrap port and a control port that are taken', async () => {
    const [port = 0] = await freePorts(1);
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
    const spec = {
      ...hostSpec('super-0'),
      groups: [nodeGroup('super', [{ name: 'sb-0', port, candidates: 0 }])],
    };
    expect(await refusal({ CQKD_HOST: JSON.stringify(spec), CQKD_TOKEN: 't' })).to.match(
      /^sb-0: Port \d+ of 127\.0\.0\.1 is taken/,
    );
    socket.close();

    const cluster = await Cluster.start({ supers: 1, workers: 1 });
    await cluster.untilReady();
    const { control } = cluster.coordinatorSpec;
    expect(await refusal({ CQKD_HOST: JSON.stringify({ ...spec, control }), CQKD_TOKEN: 't' })).to.match(
      /^super-0: the control API can't listen on .* \(EADDRINUSE\)$/,
    );
    const coordinator = JSON.stringify(cluster.coordinatorSpec);
    expect(await refusal({ CQKD_COORDINATOR: coordinator, CQKD_TOKEN: 't' })).to.match(
      /^coordinator: can't listen on /,
    );
    await cluster.end();
  });

  it('runs single nodes from the environment, which end when told to', async () => {
    const [a = 0, b = 0] = await freePorts(2);
    const first = run({ DHT_PORT: `${a}`, BOOTSTRAP_LEVEL: 'super' });
    await until('the first node', () => first.stdout.includes('"joined"'));
    expect(first.stdout).to.include(`"node":"sb-${a}"`);
    const second = run({ DHT_PORT: `${b}`, BOOTSTRAP_NODES: `localhost:${a}`, NODE_ID: 'second' });
    await until('the second node', () => second.stdout.includes('"joined"'));
    for (const each of [second, first]) {
      each.child.kill('SIGTERM');
      expect(await each.ended()).to.deep.equal({ code: 0, signal: null });
      expect(each.stderr).to.equal('');
    }
  });

  it('joins by the good ones of BOOTSTRAP_NODES, and says once what is wrong with each of the others', async () => {
    const [a = 0, b = 0] = await freePorts(2);
    const first = run({ DHT_PORT: `${a}`, BOOTSTRAP_LEVEL: 'super', BOOTSTRAP_NODES: `127.0.0.1:${a}` });
    await until('the first node', () => first.stdout.includes('"joined"'));
    expect(first.stdout).to.include(`"why":"127.0.0.1:${a} is this node itself"`);
    const list = `no-such-name.invalid:1,[::1]:${a},127.0.0.1:${b},[::ffff:127.0.0.1]:${a}`;
    const second = run({ DHT_PORT: `${b}`, BOOTSTRAP_NODES: list });
    await until('the second node', () => second.stdout.includes('"joined"'));
    expect(second.stdout.match(/BOOTSTRAP_NODES names a place that is not used/g)?.length).to.equal(3);
    expect(second.stdout).to.include('[::1] is an IPv6 address, which the network does not use');
    expect(await refusal({ DHT_PORT: `${b}`, BOOTSTRAP_NODES: `127.0.0.1:${b}` })).to.include(
      'is this node itself',
    );
  });

  it('joins only the network of its NETWORK_KEY', async () => {
    const [a = 0, b = 0, c = 0] = await freePorts(3);
    const key = { NETWORK_KEY: 'one' };
    const first = run({ ...key, DHT_PORT: `${a}`, BOOTSTRAP_LEVEL: 'super' });
    await until('the first node', () => first.stdout.includes('"joined"'));
    const other = run({ NETWORK_KEY: 'two', DHT_PORT: `${c}`, BOOTSTRAP_NODES: `127.0.0.1:${a}` });
    const second = run({ ...key, DHT_PORT: `${b}`, BOOTSTRAP_NODES: `127.0.0.1:${a}` });
    await until('the second node', () => second.stdout.includes('"joined"'));
    const why = `127.0.0.1:${a} answered, but with another network key: check NETWORK_KEY`;
    await until('the reason of the other', () => other.stdout.includes(why), 30_000);
    expect(other.stdout).to.not.include('"joined"');
  });

  it('tells both of two nodes that have the same NODE_ID', async () => {
    const [a = 0, b = 0, c = 0] = await freePorts(3);
    const first = run({ DHT_PORT: `${a}`, BOOTSTRAP_LEVEL: 'super' });
    await until('the first node', () => first.stdout.includes('"joined"'));
    const twin = { NODE_ID: 'twin', BOOTSTRAP_NODES: `127.0.0.1:${a}` };
    const one = run({ ...twin, DHT_PORT: `${b}` });
    await until('one', () => one.stdout.includes('"joined"'));
    const other = run({ ...twin, DHT_PORT: `${c}` });
    const toldOf = (port: number) => `another node at 127.0.0.1:${port} has the same id`;
    await until('the other to tell', () => other.stdout.includes(toldOf(b)), 30_000);
    await until('the one to tell', () => one.stdout.includes(toldOf(c)), 30_000);
    expect(first.stdout).to.not.include('the same id');
  });

  it('ends a host in time even when a coordinator does not answer', async () => {
    const [port = 0, free = 0] = await freePorts(2);
    const spec = {
      ...hostSpec('super-0', `http://127.0.0.1:${free}`),
      groups: [nodeGroup('super', [{ name: 'sb-0', port, candidates: 0 }])],
    };
    const host = run({ CQKD_HOST: JSON.stringify(spec), CQKD_TOKEN: 't' });
    await until('the host', () => host.stdout.includes('all nodes joined'));
    host.child.kill('SIGINT');
    expect(await host.ended()).to.deep.equal({ code: 0, signal: null });
  });

  it('serves health to anyone and everything else to who has the token', async () => {
    const [port = 0] = await freePorts(1);
    const spec = {
      ...hostSpec('super-0'),
      groups: [nodeGroup('super', [{ name: 'sb-0', port, candidates: 0 }])],
    };
    const host = run({ CQKD_HOST: JSON.stringify(spec), CQKD_TOKEN: 't' });
    const url = await until('its address', () => /"url":"([^"]+)"/.exec(host.stdout)?.[1]);
    const stranger = new HttpClient({ token: 'other' });
    await until('the host to be ready', () =>
      stranger.request<{ ready: boolean }>('GET', `${url}/readyz`).then(
        ({ ready }) => ready,
        () => false,
      ),
    );
    expect(await stranger.request('GET', `${url}/healthz`)).to.deep.equal({ status: 'up' });
    const refused = await stranger.request<HttpError>('POST', `${url}/v1/shutdown`).catch((error) => error);
    expect(refused.status).to.equal(401);
    stranger.close();
  });
});
