import { assert } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { skipBecause } from '@drover/protocol/testing';
import { Farm } from '../testing/farm.js';
import { audit, auditOnce } from './audit.js';
import { chromiumPath, openBrowser, visit, type Visit } from './browser.js';
import { fill, type Filled } from './filled-farm.js';
import { arrive, go, overlays, places } from './places.js';

describe('O3, C6 the dashboard for people who do not see or point, by axe', function () {
  this.timeout(60_000);
  let farm: Farm;
  let browser: Browser;
  let filled: Filled;
  let one: Visit;
  let page: Page;

  before(async function () {
    if (chromiumPath === undefined) return skipBecause(this, 'no Chromium');
    farm = await Farm.start();
    browser = await openBrowser();
    [filled, one] = await Promise.all([fill(farm), visit(browser, farm.url, {})]);
    page = one.page;
    await page.emulateMedia({ reducedMotion: 'reduce' }); // a colour in transition has a contrast of no theme
  });

  after(async () => {
    await browser?.close();
    await farm?.close();
  });

  afterEach(() => assert.deepEqual(one.faults, [], 'what went wrong in the page'));

  it('sign-in', async () => {
    await page.goto('/sign-in');
    await page.locator('input[autocomplete=username]').waitFor();
    assert.deepEqual(await audit(page), []);
    await one.signIn('admin', farm.password);
  });

  for (const place of places) {
    it(place.name, async () => {
      await arrive(page, place, filled);
      assert.deepEqual(await audit(page), []);
    });
  }

  it('with its sidebar folded to a rail', async () => {
    await go(page, '/pipelines');
    await page.getByRole('button', { name: 'Fold the sidebar' }).click();
    await page.locator('.app.rail').waitFor();
    assert.deepEqual(await audit(page), []);
    await page.getByRole('button', { name: 'Unfold the sidebar' }).click();
  });

  for (const { name, path, open, root = '[role=dialog]' } of overlays) {
    it(name, async () => {
      await go(page, path(filled));
      await open(page);
      await page.locator(root).waitFor();
      assert.deepEqual(await audit(page, root), []);
      await page.keyboard.press('Escape');
      await page.locator(root).waitFor({ state: 'detached' });
    });
  }

  describe('on a phone', () => {
    /** In turn, so that each page is seen in one look and all looks on a quarter of the pages. */
    const looks = [
      { theme: 'light', language: 'en' },
      { theme: 'dark', language: 'zh-CN' },
    ] as const;
    const phones: Visit[] = [];
    before(async () => {
      for (const look of looks) {
        const phone = await visit(browser, farm.url, { ...look, width: 390 });
        await phone.page.emulateMedia({ reducedMotion: 'reduce' });
        await phone.signIn('admin', farm.password);
        phones.push(phone);
      }
    });
    for (const [index, place] of places.entries())
      it(place.name, async () => {
        const phone = phones[index % looks.length];
        if (phone === undefined) throw new Error('there is no such look');
        await arrive(phone.page, place, filled);
        assert.deepEqual(await auditOnce(phone.page), []);
        assert.deepEqual(phone.faults, []);
      });
  });

  describe('for a person who may only look', () => {
    let viewer: Visit;
    before(async () => {
      viewer = await visit(browser, farm.url, { theme: 'dark' });
      await viewer.page.emulateMedia({ reducedMotion: 'reduce' });
      await viewer.signIn('vic', filled.viewerPassword);
    });
    for (const place of places.filter(({ whose }) => whose === undefined))
      it(place.name, async () => {
        await arrive(viewer.page, place, filled);
        assert.deepEqual(await auditOnce(viewer.page), []);
        assert.deepEqual(viewer.faults, []);
      });
  });
});
