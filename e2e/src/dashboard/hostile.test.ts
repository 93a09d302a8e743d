import { assert } from 'chai';
import type { Browser } from 'playwright-core';
import { skipBecause } from '@drover/protocol/testing';
import { Farm } from '../testing/farm.js';
import { chromiumPath, openBrowser, visit, type Visit } from './browser.js';
import { fill, type Filled } from './filled-farm.js';
import { makeHostile, unmarked } from './hostile.js';
import { go, overlays, places } from './places.js';

describe('V4, A11 text of others in the dashboard', function () {
  this.timeout(60_000);
  let farm: Farm;
  let browser: Browser;
  let filled: Filled;
  let one: Visit;
  let marked = 0;

  before(async function () {
    if (chromiumPath === undefined) return skipBecause(this, 'no Chromium');
    farm = await Farm.start();
    browser = await openBrowser();
    [filled, one] = await Promise.all([fill(farm), visit(browser, farm.url, {})]);
    await one.signIn('admin', farm.password);
    await makeHostile(one.page);
    await one.page.goto('/projects');
  });

  after(async () => {
    await browser?.close();
    await farm?.close();
  });

  const look = async (): Promise<void> => {
    const found = await unmarked(one.page);
    assert.deepEqual(found.unmarked, []);
    marked += found.marked;
  };

  for (const { name, path, ready } of places)
    it(`hides no turned direction in ${name}`, async () => {
      await go(one.page, path(filled));
      await one.page.locator(ready).first().waitFor();
      await one.page.locator('main .skel').waitFor({ state: 'detached' });
      await look();
    });

  for (const { name, path, open, root = '[role=dialog]' } of overlays)
    it(`hides none in ${name}`, async () => {
      await go(one.page, path(filled));
      await open(one.page);
      await one.page.locator(root).waitFor();
      await look();
      await one.page.keyboard.press('Escape');
      await one.page.locator(root).waitFor({ state: 'detached' });
    });

  after(() => assert.isAbove(marked, 200, 'places at which the pages show it'));
});
