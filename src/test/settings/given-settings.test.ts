import { expect } from 'chai';
import { UsageError } from '../../errors.js';
import { parseAssignments, parseGivenSettings } from '../../settings/given-settings.js';

describe('settings that were given', () => {
  it('are read from KEY=VALUE in either case', () => {
    expect(
      parseAssignments(['BASE_PORT=7100', 'super_bootstrap_nodes=a:1,b:2', 'fallback_k=']),
    ).to.deep.equal({
      base_port: '7100',
      super_bootstrap_nodes: 'a:1,b:2',
      fallback_k: '',
    });
  });

  it('need an assignment', () => {
    for (const text of ['base_port', '=1', '7=1']) {
      expect(() => parseAssignments([text]), text).to.throw(UsageError, 'KEY=VALUE');
    }
  });

  it('name the nearest one for a key that does not exist', () => {
    expect(() => parseGivenSettings({ enable_helth_check: 'true' })).to.throw(
      UsageError,
      'ENABLE_HEALTH_CHECK',
    );
  });

  it('name what a bad value takes', () => {
    expect(() => parseGivenSettings({ base_port: '1000000' })).to.throw(
      UsageError,
      'BASE_PORT takes a whole number',
    );
  });
});
