import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { type TemporaryFolder, temporaryFolder } from '../../../../src/test/support/temporary.js';
import { writeBenchReports } from '../../src/report/bench-report.js';
import { requireBrowser, watchedPage } from '../support/browser.js';
import {
  type Colours,
  charts,
  colours,
  type DrawnChart,
  numberStops,
  stopInFocus,
  widthWithAllOpen,
} from '../support/page-scripts.js';
import { benchFixture, comparisonFixture } from './fixture.js';

/** How light a colour is, 0 to 1. */
function lightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (red + green + blue) / (3 * 255);
}

const coloursOf = (page: Page) => page.evaluate<Colours>(colours);

describe('the page of a benchmark, in a browser', () => {
  let browser: Browser | undefined;
  let folder: TemporaryFolder | undefined;
  let address = '';

  before(async function () {
    browser = await requireBrowser(this);
    folder = await temporaryFolder();
    const file = join(folder.path, 'bench.html');
    await writeBenchReports(benchFixture({ comparison: comparisonFixture() }), [file]);
    address = pathToFileURL(file).href;
  });
  after(async () => {
    await browser?.close();
    await folder?.remove();
  });

  const opened = async (look: { width: number; colorScheme?: 'light' | 'dark' }) => {
    const watched = await watchedPage(browser as Browser, look);
    await watched.page.goto(address);
    return watched;
  };

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`opens from a file in ${colorScheme}, asks for nothing and complains of nothing`, async () => {
      const { page, requests, complaints } = await opened({ width: 1280, colorScheme });
      await page.waitForLoadState('networkidle');
      expect(requests).to.deep.equal([]);
      expect(complaints).to.deep.equal([]);
      const { ground, ink, chart } = await coloursOf(page);
      const [dark, light] = colorScheme === 'dark' ? [[ground], [ink, chart]] : [[ink, chart], [ground]];
      for (const colour of dark) expect(lightness(colour), colour).to.be.lessThan(0.45);
      for (const colour of light) expect(lightness(colour), colour).to.be.greaterThan(0.55);
      await page.context().close();
    });
  }

  for (const width of [390, 1280]) {
    it(`is no wider than a window of ${width} pixels`, async () => {
      const { page } = await opened({ width });
      expect(await page.evaluate<number>(widthWithAllOpen)).to.be.at.most(width);
      await page.context().close();
    });
  }

  it('has drawn every chart, with a title and a table of its values', async () => {
    const { page } = await opened({ width: 1280 });
    const all = await page.evaluate<DrawnChart[]>(charts);
    expect(all).to.have.length(7);
    for (const { size, shapes, texts, hasTable } of all) {
      expect(size).to.be.greaterThan(150);
      expect(shapes).to.be.greaterThan(5);
      expect(texts).to.have.length(2);
      for (const text of texts) expect(text.length).to.be.greaterThan(5);
      expect(hasTable).to.equal(true);
    }
    await page.context().close();
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await opened({ width: 1280 });
    const wanted = await page.evaluate<number>(numberStops);
    expect(wanted).to.be.greaterThan(10);
    const reached = new Set<string>();
    for (let step = 0; step < wanted * 2 && reached.size < wanted; step++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate<string | null>(stopInFocus);
      if (stop !== null) reached.add(stop);
    }
    expect(reached.size).to.equal(wanted);
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details').first().getAttribute('open')).to.equal('');
    await page.locator('nav a').last().focus();
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).to.equal('#suite-8');
    await page.context().close();
  });

  it('is black on white on paper, whatever the screen', async () => {
    const { page } = await opened({ width: 1280, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    const { ground, ink, chart } = await coloursOf(page);
    expect(lightness(ground), ground).to.be.greaterThan(0.95);
    expect(lightness(ink), ink).to.be.lessThan(0.2);
    expect(lightness(chart), chart).to.be.lessThan(0.45);
    await page.context().close();
  });
});
