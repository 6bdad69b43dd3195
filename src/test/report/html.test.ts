import { expect } from 'chai';
import fc from 'fast-check';
import { escapeHtml, Html, html } from '../../report/html.js';
import { htmlFacts, htmlPage, htmlTable } from '../../report/html-page.js';
import { tagErrors } from '../support/well-formed.js';

const section = (id: string, title = id) => ({ id, title, body: html`<p>${title}</p>` });

describe('HTML of reports', () => {
  it('escapes every value that is not HTML itself', () => {
    const name = `<b a="1" b='2'>&`;
    expect(html`<p>${name}</p>`.text).to.equal('<p>&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;</p>');
    expect(html`${[new Html('<i>'), '<', 3, null, undefined]}`.text).to.equal('<i>&lt;3');
    expect(escapeHtml('\u001b[31mred\u0000')).to.equal('\uFFFD[31mred\uFFFD');
  });

  it('makes pages of any text that are well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const page = htmlPage({
          title: text,
          intro: html`<p title="${text}">${text}</p>`,
          sections: [section('a', text), section('b', text)],
          footer: text,
        });
        const parts = html`${htmlTable([text, `${text}>`], [[text, text]])}${htmlFacts([[text, text]])}`;
        expect(tagErrors(page + parts.text)).to.deep.equal([]);
      }),
      { numRuns: 50 },
    );
  });

  it('have a language, a title, and a table of contents when there is more than one section', () => {
    const one = htmlPage({ title: 'One', intro: null, sections: [section('a')] });
    expect(one).to.match(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(one).to.contain('<title>One</title>').and.not.contain('<nav');
    const two = htmlPage({ title: 'Two', intro: null, sections: [section('a'), section('b')] });
    for (const id of ['a', 'b'])
      expect(two).to.contain(`href="#${id}"`).and.to.contain(`<section id="${id}"`);
  });

  it('align numbers, and name the heads of rows and columns', () => {
    const { text } = htmlTable(['side', 'nodes>'], [['east', '12']]);
    expect(text).to.contain('<th scope="row">east</th><td class="number">12</td>');
    expect(text).to.contain('<th scope="col" class="number">nodes</th>');
  });

  it('tells pages that are not well-formed', () => {
    for (const page of ['<p><b></p>', '<p', '<a href=x>1</a>', 'a & b', '</p>', '<p>'])
      expect(tagErrors(page), page).not.to.deep.equal([]);
  });
});
