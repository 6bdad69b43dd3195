import { expect } from 'chai';
import { parametersOf } from '../src/dht-node.js';
import { parseSettings } from '../src/settings.js';

describe('parameters of settings', () => {
  it('are those of the node where Kademlia adapts', () => {
    const parameters = parametersOf(parseSettings({}));
    expect(parameters).to.include({ adaptiveWait: true, verifies: true });
    expect(parameters).to.not.have.any.keys('alpha', 'k', 'timeoutMs');
  });

  it('are the fixed ones where it does not', () => {
    const settings = { enable_adaptive_kademlia: 'false', enable_health_check: 'false', fallback_k: '8' };
    const parameters = parametersOf(parseSettings(settings));
    expect(parameters).to.include({ adaptiveWait: false, verifies: false, k: 8 });
    expect(parameters.timeoutMs).to.be.greaterThan(0);
  });
});
