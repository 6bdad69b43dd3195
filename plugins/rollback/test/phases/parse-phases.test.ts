import { UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import { parsePhases } from '../../src/phases/parse-phases.js';
import { rowGatesOf, stepGatesOf } from '../../src/phases/row-gates.js';

const numbersOf = (texts: string[], all = false) => parsePhases(texts, all).map(({ number }) => number);

describe('phases that are named', () => {
  it('are taken by number or name, each once, in their order', () => {
    expect(numbersOf(['5', 'bootstrap', '2', 'refresh'])).to.deep.equal([2, 5]);
    expect(numbersOf([], true)).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('are told when they do not exist, with the nearest', () => {
    expect(() => numbersOf(['kadmelia'])).to.throw(
      UsageError,
      'There is no phase kadmelia; the nearest is kademlia',
    );
    expect(() => numbersOf(['6'])).to.throw(UsageError, 'There is no phase 6');
    expect(() => numbersOf([])).to.throw(UsageError, 'Name a phase (1 ports, 2 bootstrap');
    expect(() => numbersOf(['1'], true)).to.throw(UsageError, '--all takes no phases, got 1');
  });

  it('have gates of their own, each once, and the service has some besides', () => {
    expect(rowGatesOf(parsePhases(['1', '2'], false))).to.deep.equal(['join_success', 'bootstrap_health']);
    const gates = stepGatesOf(parsePhases(['3'], false));
    expect(gates).to.include.members(['discovery_time', 'lookup_recall', 'store_success', 'packet_loss']);
    expect(new Set(gates).size).to.equal(gates.length);
  });
});
