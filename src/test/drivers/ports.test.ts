import { expect } from 'chai';
import { freePort, requireFreePorts } from '../../drivers/process/ports.js';
import { EnvironmentError } from '../../errors.js';
import { holdPort } from '../support/loopback.js';
import { rejectionOf } from '../support/stand-in.js';

describe('ports', () => {
  it('that are free are found', async () => {
    expect(await freePort('127.0.0.1')).to.be.within(1024, 65_535);
  });

  it('that are taken are told with node and address', async () => {
    const port = await freePort('127.0.0.1');
    const node = { name: 'sb-primary', address: '127.0.0.1', port };
    await requireFreePorts([node]);
    const held = await holdPort('127.0.0.1', port);
    const error = await rejectionOf(requireFreePorts([node]));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.equal(
      `UDP port ${port} of 127.0.0.1 for sb-primary is taken by another program: stop it`,
    );
    await held.release();
    await requireFreePorts([node]);
  });

  it('of an address that this machine does not have are an environment error', async () => {
    const error = await rejectionOf(requireFreePorts([{ name: 'a', address: '192.0.2.1', port: 5678 }]));
    expect(error).to.be.instanceOf(EnvironmentError);
  });
});
