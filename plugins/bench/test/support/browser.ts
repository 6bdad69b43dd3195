import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's. */
const usualPlace = '/usr/bin/chromium';

/** What a page did besides being shown. */
export interface Watched {
  page: Page;
  /** What it asked for, itself left out. */
  requests: string[];
  /** What it complained of. */
  complaints: string[];
}

/**
 * A browser for tests that need one: that of `CQKD_CHROMIUM`, or Debian's Chromium.
 *
 * Where there is none the tests are skipped, with a line that says so; with CQKD_REQUIRE_BROWSER=1 they fail instead.
 */
export async function requireBrowser(test: Mocha.Context): Promise<Browser> {
  const executablePath = process.env.CQKD_CHROMIUM || usualPlace;
  try {
    await access(executablePath, constants.X_OK);
  } catch {
    const message = `no browser at ${executablePath}: install Chromium, or name it in CQKD_CHROMIUM`;
    if (process.env.CQKD_REQUIRE_BROWSER === '1') throw new Error(message);
    console.log(`      skipped: ${message}`);
    return test.skip();
  }
  // As root it does not start in its sandbox.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page of its own, without a network, and watched. */
export async function watchedPage(
  browser: Browser,
  look: { width: number; colorScheme?: 'light' | 'dark' },
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.colorScheme ?? 'light',
    offline: true,
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) requests.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, requests, complaints };
}
