import { expect } from 'chai';
import { printable } from '../../report/printable.js';

describe('text for a terminal', () => {
  it('keeps lines, tabs and colours', () => {
    const text = 'a\tb\n\u001b[31mred\u001b[39m ä 試';
    expect(printable(text)).to.equal(text);
  });

  it('shows control characters instead of sending them', () => {
    expect(printable('\u001b[2Jx\u001b]0;title\u0007\r\u009b1m')).to.equal(
      '\\x1b[2Jx\\x1b]0;title\\x07\\x0d\\x9b1m',
    );
  });
});
