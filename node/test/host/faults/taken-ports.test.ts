import { expect } from 'chai';
import { HostFaults } from '../../../src/host/faults/host-faults.js';
import { TakenPorts } from '../../../src/host/faults/taken-ports.js';
import type { TransportFactory } from '../../../src/kademlia/components.js';
import type { PortRange } from '../../../src/ports/range.js';
import { udp } from '../../../src/wire/udp.js';
import { VirtualNetwork } from '../../../src/wire/virtual.js';

/** An address that no other test uses. */
const address = '127.37.0.1';

describe('ports that are taken', () => {
  const hosts: HostFaults[] = [];
  const hostOf = (range: PortRange, transports: TransportFactory, components = new VirtualNetwork(1)) => {
    const part = new TakenPorts({ transports, address: () => address, range: () => range });
    const host = new HostFaults({ ...components, parts: [part] });
    hosts.push(host);
    return host;
  };
  const fault = (share: number) => ({ id: 'ports', ttlMs: 3000, places: [], rules: {}, ports: { share } });
  const taken = (host: HostFaults) => host.effects('ports')?.portsTaken;
  /** Those of a range that can be had. */
  const free = async (transports: TransportFactory, { min, max }: PortRange) => {
    const ports: number[] = [];
    for (let port = min; port <= max; port++) {
      const socket = await transports.bind(address, port).catch(() => undefined);
      if (socket) ports.push(port);
      socket?.close();
    }
    return ports;
  };

  afterEach(() => Promise.all(hosts.splice(0).map((host) => host.liftAll())));

  it('are a share of the range, spread over it, and are given back after their time', async () => {
    const network = new VirtualNetwork(1);
    const range = { min: 20_000, max: 20_999 };
    const host = hostOf(range, udp, network);
    await host.set(fault(0.5));
    expect(taken(host)).to.equal(500);
    const left = await free(udp, range);
    expect(left.length).to.equal(500);
    expect(left.filter((port) => port < 20_250).length).to.be.within(120, 130);
    await network.clock.advance(3001);
    expect((await free(udp, range)).length).to.equal(1000);
  });

  it('are not those that somebody has, however many hosts take some', async () => {
    const range = { min: 100, max: 299 };
    const network = new VirtualNetwork(1);
    const socket = await network.bind(address, 100);
    const [one, other] = [hostOf(range, network), hostOf(range, network)];
    await Promise.all([one.set(fault(0.5)), other.set(fault(0.5))]);
    expect((taken(one) ?? 0) + (taken(other) ?? 0)).to.equal(99);
    socket.close();
    await one.liftAll();
    await other.liftAll();
    expect((await free(network, range)).length).to.equal(200);
  });

  it('are as many as the system gives, less some for the process itself', async () => {
    let open = 0;
    const scarce: TransportFactory = {
      bind: async (on, port) => {
        if (open >= 300) throw Object.assign(new Error('too many'), { code: 'EMFILE' });
        open++;
        return { address: on, port, onDatagram: () => {}, send: () => {}, close: () => open-- };
      },
    };
    const host = hostOf({ min: 1, max: 1000 }, scarce);
    await host.set(fault(1));
    expect(taken(host)).to.equal(236);
    expect(open).to.equal(236);
    await host.lift('ports');
    expect(open).to.equal(0);
  });

  it('are never more than 4000', async () => {
    const host = hostOf({ min: 1, max: 9000 }, new VirtualNetwork(1));
    await host.set(fault(1));
    expect(taken(host)).to.equal(4000);
  });

  it('are none, though the fault is lifted while they are opened', async () => {
    const range = { min: 1, max: 1000 };
    const network = new VirtualNetwork(1);
    const host = hostOf(range, network);
    const set = host.set(fault(1));
    await host.lift('ports');
    await set;
    expect((await free(network, range)).length).to.equal(1000);
  });
});
