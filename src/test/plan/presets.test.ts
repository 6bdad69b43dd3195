import { expect } from 'chai';
import { UsageError } from '../../errors.js';
import { workersFor } from '../../plan/presets.js';

describe('presets', () => {
  it('are sizes by name', () => {
    expect(
      (['small', 'medium', 'large', 'xlarge'] as const).map((name) => workersFor(name, undefined)),
    ).to.deep.equal([15, 50, 200, 1000]);
  });

  it('give way to a number', () => {
    expect(workersFor(undefined, 80)).to.equal(80);
    expect(workersFor('custom', 80)).to.equal(80);
    expect(workersFor(undefined, undefined)).to.equal(15);
  });

  it('refuse what contradicts itself', () => {
    expect(() => workersFor('small', 80)).to.throw(UsageError, 'Scale small has 15 workers');
    expect(() => workersFor('custom', undefined)).to.throw(UsageError, '-w N');
  });
});
