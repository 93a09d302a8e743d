import type { Page } from 'playwright-core';
import type { RunView } from '@drover/protocol/api';
import { chromiumPath, openBrowser, visit } from '../../dashboard/browser.js';
import { makeScript, startRun } from '../../testing/definitions.js';
import type { Subject } from '../harness/stage.js';

const lines = 1_000_000;
const scrollMs = 4_000;
/** Until a jump to the top has been drawn. */
const restMs = 1_000;

/** What a person sees of a long log, in Chromium without a graphics processor. */
export const dashboardSubject: Subject = {
  name: 'dashboard',
  figures: ['first-paint', 'scroll'],
  limitMs: 180_000,
  async measure(stage) {
    if (chromiumPath === undefined) throw new Error('there is no Chromium on this machine (set DROVER_CHROMIUM to its path)');
    const farm = await stage.farm();
    await farm.addAgent();
    stage.say(`a log of ${lines.toLocaleString('en')} lines`);
    const pipeline = await makeScript(farm, `seq -f "line %.0f of a long log, as a build prints it" 1 ${lines}`);
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    const browser = await openBrowser();
    stage.owns(() => browser.close());
    const { page, signIn } = await visit(browser, farm.url, {});
    await signIn('admin', farm.password);
    for (let round = 1; round <= stage.rounds; round += 1) {
      stage.say(`round ${round} of ${stage.rounds}`);
      stage.record('first-paint', await firstPaintMs(page, run));
      stage.record('scroll', await framesPerSecond(page));
    }
  },
};

/** From the opening of the page, everything loaded again, until the first lines of the log are laid out. */
async function firstPaintMs(page: Page, run: RunView): Promise<number> {
  await page.goto('about:blank');
  const started = performance.now();
  await page.goto(`/pipelines/${run.pipelineId}/runs/${run.number}`, { waitUntil: 'commit' });
  await page.locator('.ln .tx').first().waitFor();
  return performance.now() - started;
}

/** Frames that come while the log is scrolled by 120 pixels in each. */
async function framesPerSecond(page: Page): Promise<number> {
  const measured: unknown = await page.evaluate(`new Promise((resolve) => {
    const box = document.querySelector('[role=log]');
    let frames = 0;
    let started = 0;
    const frame = (now) => {
      frames += 1;
      box.scrollTop += 120;
      if (now - started < ${scrollMs}) requestAnimationFrame(frame);
      else resolve(box.scrollTop < 120 ? -1 : (frames * 1000) / (now - started));
    };
    box.scrollTop = 0;
    setTimeout(() => { started = performance.now(); requestAnimationFrame(frame); }, ${restMs});
  })`);
  if (typeof measured !== 'number' || measured < 0) throw new Error('the log could not be scrolled');
  return measured;
}
