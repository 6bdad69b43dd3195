import { expect } from 'chai';
import { escapeMarkdown, markdownTable } from '../../report/markdown.js';

describe('Markdown of reports', () => {
  it('shows any text as it is, on one line', () => {
    expect(escapeMarkdown('a|b\n# *c* <d> [e](f) `g` &h; i_j')).to.equal(
      'a\\|b \\# \\*c\\* &lt;d\\> \\[e\\](f) \\`g\\` &amp;h; i\\_j',
    );
  });

  it('aligns tables for those who read them as text', () => {
    expect(
      markdownTable(
        ['side', 'nodes>'],
        [
          ['east', '12'],
          ['a|b', '104'],
        ],
      ).split('\n'),
    ).to.deep.equal(['| side | nodes |', '|------|------:|', '| east |    12 |', '| a\\|b |   104 |']);
  });
});
