import { expect } from 'chai';
import fc from 'fast-check';
import type { Service } from '../../compose/service.js';
import { createOptions } from '../../drivers/docker/create-options.js';
import { exitOf } from '../../drivers/docker/exits.js';
import { FrameReader } from '../../drivers/docker/frames.js';
import { secondsOf } from '../../drivers/docker/logs.js';
import { memoryOf } from '../../drivers/docker/stats.js';
import { addressRange, freeSubnets, routesIn, subnetCandidates } from '../../drivers/docker/subnets.js';

const plain: Service = {
  image: 'image:1',
  environment: {},
  labels: {},
  read_only: false,
  tmpfs: [],
  cap_drop: [],
  cap_add: [],
  security_opt: [],
  mem_limit: 0,
  cpus: 0,
  pids_limit: 0,
  ulimits: {},
  sysctls: {},
  restart: 'no',
  networks: { cqkd: {} },
  ports: [],
};
const place = { name: 'cqkd-one', network: 'cqkd-network', cpus: 2 };

describe('a service as the engine takes it', () => {
  it('has every field', () => {
    const service: Required<Service> = {
      image: 'image:1',
      entrypoint: ['/node'],
      command: ['-e', '1'],
      environment: { A: '1', EMPTY: '', EQUALS: 'a=b' },
      labels: { 'io.cqkd.network': 'one' },
      user: '1000:1000',
      read_only: true,
      tmpfs: ['/tmp:size=16m,mode=1777', '/run'],
      cap_drop: ['ALL'],
      cap_add: ['NET_ADMIN'],
      security_opt: ['no-new-privileges:true', 'seccomp:unconfined', 'apparmor=profile:x', 'label'],
      mem_limit: 256e6,
      memswap_limit: -1,
      cpus: 0.5,
      pids_limit: 64,
      logging: { driver: 'json-file', options: { 'max-size': '4m' } },
      ulimits: { nofile: { soft: 1024, hard: 4096 } },
      sysctls: { 'net.core.somaxconn': '512' },
      init: true,
      restart: 'on-failure',
      stop_signal: 'SIGINT',
      stop_grace_period: 4500,
      healthcheck: { disable: true },
      networks: { cqkd: { ipv4_address: '10.0.0.9' } },
      ports: [
        { host_ip: '127.0.0.1', published: 4000, target: 4000, protocol: 'tcp' },
        { host_ip: '10.1.1.1', published: 0, target: 4000, protocol: 'tcp' },
        { host_ip: '127.0.0.1', published: 5000, target: 5001, protocol: 'udp' },
      ],
    };
    expect(createOptions(service, place)).to.deep.equal({
      name: 'cqkd-one',
      Image: 'image:1',
      Entrypoint: ['/node'],
      Cmd: ['-e', '1'],
      Env: ['A=1', 'EMPTY=', 'EQUALS=a=b'],
      Labels: { 'io.cqkd.network': 'one' },
      User: '1000:1000',
      StopSignal: 'SIGINT',
      StopTimeout: 5,
      Healthcheck: { Test: ['NONE'] },
      ExposedPorts: { '4000/tcp': {}, '5001/udp': {} },
      HostConfig: {
        NetworkMode: 'cqkd-network',
        ReadonlyRootfs: true,
        Tmpfs: { '/tmp': 'size=16m,mode=1777', '/run': '' },
        CapDrop: ['ALL'],
        CapAdd: ['NET_ADMIN'],
        SecurityOpt: ['no-new-privileges=true', 'seccomp=unconfined', 'apparmor=profile:x', 'label'],
        Memory: 256e6,
        MemorySwap: -1,
        NanoCpus: 5e8,
        PidsLimit: 64,
        LogConfig: { Type: 'json-file', Config: { 'max-size': '4m' } },
        Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 4096 }],
        Sysctls: { 'net.core.somaxconn': '512' },
        Init: true,
        RestartPolicy: { Name: 'on-failure' },
        PortBindings: {
          '4000/tcp': [
            { HostIp: '127.0.0.1', HostPort: '4000' },
            { HostIp: '10.1.1.1', HostPort: '' },
          ],
          '5001/udp': [{ HostIp: '127.0.0.1', HostPort: '5000' }],
        },
      },
      NetworkingConfig: {
        EndpointsConfig: { 'cqkd-network': { IPAMConfig: { IPv4Address: '10.0.0.9' } } },
      },
    });
  });

  it('leaves to the engine what is not given, and asks for no more processors than there are', () => {
    const options = createOptions({ ...plain, cpus: 8 }, place);
    expect(options).not.to.have.any.keys(
      'Cmd',
      'Entrypoint',
      'User',
      'StopSignal',
      'StopTimeout',
      'Healthcheck',
    );
    expect(options.HostConfig).not.to.have.any.keys('PidsLimit', 'LogConfig', 'Init', 'MemorySwap');
    expect(options.HostConfig?.NanoCpus).to.equal(2e9);
    expect(options.NetworkingConfig?.EndpointsConfig).to.deep.equal({ 'cqkd-network': {} });
  });
});

describe('subnets', () => {
  it('are 172.20 first, then 172.21 to 172.31, then those of 10', () => {
    expect(subnetCandidates.slice(0, 2)).to.deep.equal(['172.20.0.0/16', '172.21.0.0/16']);
    expect(subnetCandidates.slice(11, 13)).to.deep.equal(['172.31.0.0/16', '10.220.0.0/16']);
    expect(new Set(subnetCandidates).size).to.equal(12 + 256);
    expect(subnetCandidates.every((cidr) => addressRange(cidr))).to.equal(true);
  });

  it('are free when they share no address with a range in use', () => {
    const used = ['172.20.5.0/24', '172.16.0.0/14', '172.22.0.1/32', '172.23.255.255'].map(
      (cidr) => addressRange(cidr)!,
    );
    const [first] = freeSubnets(subnetCandidates, used);
    expect(first).to.equal('172.21.0.0/16');
    const [next] = freeSubnets(subnetCandidates, [...used, addressRange('172.21.0.0/16')!]);
    expect(next).to.equal('172.24.0.0/16');
    const [beyond] = freeSubnets(subnetCandidates, [addressRange('172.16.0.0/12')!]);
    expect(beyond).to.equal('10.220.0.0/16');
    expect([...freeSubnets(subnetCandidates, [addressRange('0.0.0.0/0')!])]).to.deep.equal([]);
  });

  it('hold their own address and no other block of their size', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), fc.integer({ min: 1, max: 32 }), (bytes, bits) => {
        const range = addressRange(`${bytes.join('.')}/${bits}`)!;
        const address = addressRange(bytes.join('.'))!.first;
        expect(address).to.be.within(range.first, range.last);
        expect(range.last - range.first + 1).to.equal(2 ** (32 - bits));
        expect(range.first % 2 ** (32 - bits)).to.equal(0);
      }),
    );
    for (const none of ['fd00::/8', '1.2.3/8', '1.2.3.256/8', '1.2.3.4/33', '']) {
      expect(addressRange(none)).to.equal(undefined);
    }
  });

  it('are read from the routes of Linux, without those for everything', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0',
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
      'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      '',
    ].join('\n');
    expect(routesIn(table)).to.deep.equal(['172.17.0.0/16', '192.0.2.0/24']);
  });
});

describe('the output of a container', () => {
  const frame = (stream: number, piece: Buffer) => {
    const header = Buffer.alloc(8);
    header.writeUInt8(stream, 0);
    header.writeUInt32BE(piece.length, 4);
    return Buffer.concat([header, piece]);
  };

  it('is the same lines however it is cut up', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\n', ' '));
    const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), cuts, cuts, (lines, pieces, chunks) => {
        const cut = (data: Buffer, sizes: Iterator<number>) => {
          const parts: Buffer[] = [];
          for (let at = 0; at < data.length; ) {
            const size = sizes.next().value as number;
            parts.push(data.subarray(at, at + size));
            at += size;
          }
          return parts;
        };
        const output = Buffer.from(`${lines.join('\n')}\n`);
        const framed = Buffer.concat(cut(output, pieces[Symbol.iterator]()).map((piece) => frame(1, piece)));
        const reader = new FrameReader();
        const read = cut(framed, chunks[Symbol.iterator]()).flatMap((chunk) => reader.read(chunk));
        expect([...read, ...reader.end()]).to.deep.equal(lines);
      }),
    );
  });

  it('keeps its two streams apart, and a last line without an end', () => {
    const reader = new FrameReader();
    const framed = [
      frame(1, Buffer.from('on')),
      frame(2, Buffer.from('two\nth')),
      frame(1, Buffer.from('e\n')),
    ];
    expect(reader.read(Buffer.concat(framed))).to.deep.equal(['two', 'one']);
    expect(reader.end()).to.deep.equal(['th']);
    expect(reader.end()).to.deep.equal([]);
  });

  it('since a time is asked for with all its digits', () => {
    expect(secondsOf('2026-11-21T08:38:49.454497811Z')).to.equal('1795250329.454497811');
    expect(secondsOf('2026-11-21T08:38:49Z')).to.equal('1795250329.000000000');
    expect(secondsOf('0001-01-01T00:00:00Z')).to.equal('0.000000000');
  });
});

describe('the figures of a container', () => {
  it('are memory without the page cache, in both versions of control groups', () => {
    expect(memoryOf({ usage: 93_532_160, stats: { cache: 1, total_cache: 86_093_824 } })).to.equal(7_438_336);
    // Version 2 counts files in memory as cache; they can't be given back.
    expect(memoryOf({ usage: 50e6, stats: { file: 40e6, shmem: 3e6 } })).to.equal(13e6);
    expect(memoryOf({ usage: 5, stats: { total_cache: 9 } })).to.equal(0);
    for (const none of [{}, { usage: 0 }]) expect(memoryOf(none)).to.equal(undefined);
  });

  it('tell how it ended', () => {
    expect(exitOf('one', 0, false)).to.deep.equal({ name: 'one', code: 0, signal: null });
    expect(exitOf('one', 7, false)).to.deep.equal({ name: 'one', code: 7, signal: null });
    expect(exitOf('one', 137, false)).to.deep.equal({ name: 'one', code: null, signal: 'SIGKILL' });
    expect(exitOf('one', 143, false)).to.deep.equal({ name: 'one', code: null, signal: 'SIGTERM' });
    expect(exitOf('one', 137, true).signal).to.match(/^SIGKILL, out of memory/);
    expect(exitOf('one', 255, false)).to.deep.equal({ name: 'one', code: 255, signal: null });
  });
});
