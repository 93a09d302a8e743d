import { assert } from 'chai';
import type { Browser } from 'playwright-core';
import { skipBecause } from '@drover/protocol/testing';
import { Farm } from '../testing/farm.js';
import { chromiumPath, openBrowser, visit, type Visit } from './browser.js';
import { fill, type Filled } from './filled-farm.js';
import { makeHostile, unmarked } from './hostile.js';
import { arrive, go, overlays, places } from './places.js';
import { pressAll, type Refusal } from './press-all.js';

describe('every page of the dashboard', function () {
  this.timeout(60_000);
  let farm: Farm;
  let browser: Browser;
  let filled: Filled;

  before(async function () {
    if (chromiumPath === undefined) return skipBecause(this, 'no Chromium');
    farm = await Farm.start();
    browser = await openBrowser();
    filled = await fill(farm);
  });

  after(async () => {
    await browser?.close();
    await farm?.close();
  });

  describe('V4, A11 with text that turns its direction', () => {
    let one: Visit;
    let marked = 0;

    before(async () => {
      one = await visit(browser, farm.url, {});
      await one.signIn('admin', farm.password);
      await makeHostile(one.page);
      await one.page.goto('/projects');
    });
    after(() => {
      assert.isAbove(marked, 200, 'places at which the pages show it');
      return one.close();
    });

    const look = async (): Promise<void> => {
      const found = await unmarked(one.page);
      assert.deepEqual(found.unmarked, []);
      marked += found.marked;
    };

    for (const place of places)
      it(`shows it in ${place.name}`, async () => {
        await arrive(one.page, place, filled);
        await look();
      });

    for (const { name, path, open, root = '[role=dialog]' } of overlays)
      it(`shows it in ${name}`, async () => {
        await go(one.page, path(filled));
        await open(one.page);
        await one.page.locator(root).waitFor();
        await look();
        await one.page.keyboard.press('Escape');
        await one.page.locator(root).waitFor({ state: 'detached' });
      });
  });

  describe('A4, C5 for a person who may only look', () => {
    let viewer: Visit;
    const refused: Refusal[] = [];
    const pressed = new Set<string>();

    before(async () => {
      viewer = await visit(browser, farm.url, {});
      await viewer.signIn('vic', filled.viewerPassword);
      viewer.page.on('response', (response) => {
        if (response.status() === 403) refused.push(`${response.request().method()} ${new URL(response.url()).pathname}`);
      });
      // E2: everyone in a project may make an endpoint, and sees it from then on
      await viewer.page.goto(`/projects/${filled.project.id}/endpoints`);
      await viewer.page.getByRole('button', { name: 'New endpoint' }).first().click();
      await viewer.page.getByRole('dialog').getByLabel('Name').fill('mine');
      await viewer.page.getByRole('dialog').getByLabel('Address').fill('https://git.example.org');
      await viewer.page.getByRole('dialog').locator('button[type=submit]').click();
      await viewer.page.locator('tbody tr', { hasText: 'mine' }).waitFor();
    });
    after(() => {
      assert.isAbove(pressed.size, 30, 'buttons that were pressed');
      return viewer.close();
    });

    for (const place of places.filter(({ whose }) => whose !== 'administrator'))
      it(`offers nothing in ${place.name} that the controller refuses`, async () => {
        refused.length = 0;
        await pressAll(viewer.page, () => arrive(viewer.page, place, filled), pressed);
        assert.deepEqual(refused, []);
      });
  });
});
