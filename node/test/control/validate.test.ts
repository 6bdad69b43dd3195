import { expect } from 'chai';
import { parseCoordinatorSpec } from '../../src/coordinator/coordinator-schema.js';
import { parseHostSpec } from '../../src/host/host-schema.js';
import { hostSpec, nodeGroup } from '../support/cluster.js';

describe('specs from the environment', () => {
  const good = {
    ...hostSpec('super-0'),
    groups: [nodeGroup('super', [{ name: 'sb-0', port: 7000, candidates: 0 }])],
  };

  it('takes a good one as it is', () => {
    expect(parseHostSpec(JSON.stringify(good))).to.deep.equal(good);
  });

  it('names the place, the value and what it takes', () => {
    const line = (change: object) => {
      try {
        parseHostSpec(JSON.stringify({ ...good, ...change }));
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('It was taken');
    };
    expect(line({ groups: [{ ...good.groups[0], tier: 'boss' }] })).to.equal(
      'CQKD_HOST: groups.0.tier takes one of super, regional, local, worker, endpoint, coordinator, got "boss"',
    );
    expect(line({ control: { address: '127.0.0.1', port: 70_000 } })).to.equal(
      'CQKD_HOST: control.port takes at most 65535, got 70000',
    );
    const nodes = [{ name: 'a', port: '7000', candidates: 0 }];
    expect(line({ groups: [...good.groups, { ...good.groups[0], nodes }] })).to.match(
      /^CQKD_HOST: groups\.1\.nodes\.0\.port takes .*, got "7000"$/,
    );
    expect(line({ groups: [{ ...good.groups[0], capacity: 0 }] })).to.match(
      /^CQKD_HOST: groups\.0\.capacity takes .*, got 0$/,
    );
    expect(line({ network: undefined })).to.match(/^CQKD_HOST: network takes .*, got nothing$/);
    expect(line({ candidates: [['localhost']] })).to.match(/^CQKD_HOST: candidates\.0\.0 takes .*localhost/);
  });

  it('refuses what is not JSON, in one short line', () => {
    expect(() => parseHostSpec('{')).to.throw('CQKD_HOST is not valid JSON: {');
    const long = `[${'1,'.repeat(5000)}`;
    expect(() => parseCoordinatorSpec(long)).to.throw(/^CQKD_COORDINATOR is not valid JSON: .{60}…$/);
  });
});
