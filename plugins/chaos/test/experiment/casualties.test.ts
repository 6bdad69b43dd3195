import { expect } from 'chai';
import { casualtiesOf } from '../../src/experiment/casualties.js';
import { type FaultName, faultOf } from '../../src/faults/index.js';
import { pictureOf } from '../support/pictures.js';

describe('casualties', () => {
  const picture = pictureOf(100);
  const of = (name: FaultName, parameters: object) => {
    const fault = faultOf(name);
    const { died, gone } = casualtiesOf(fault.plan(picture, fault.parameters.parse(parameters), 1), picture);
    return [died.size, gone.size];
  };

  it('are the killed, as hosts or one by one, and those that come and go', () => {
    expect(of('kill', { tier: 'super' })).to.deep.equal([10, 0]);
    expect(of('kill', { tier: 'worker', share: 0.3 })).to.deep.equal([30, 0]);
    expect(of('churn', {})).to.deep.equal([100, 0]);
  });

  it('stay away when they are to', () => {
    expect(of('kill', { tier: 'worker', count: 2, wholeHosts: true, keep: true })).to.deep.equal([50, 50]);
    expect(of('kill', { count: 5, tier: 'worker', keep: true })).to.deep.equal([5, 5]);
  });

  it('are nobody in a cut', () => {
    expect(of('partition', {})).to.deep.equal([0, 0]);
    expect(of('pause', {})).to.deep.equal([0, 0]);
  });
});
