import { assert } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { Pipeline, RunView } from '@drover/protocol/api';
import { skipBecause } from '@drover/protocol/testing';
import { job, makePipeline, makeProject, makeScript, oneTask, shell } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { chromiumPath, openBrowser, visit, type Visit } from './browser.js';

describe('V3, V4 runs, logs and agents in a browser', function () {
  this.timeout(120_000);
  let farm: Farm;
  let browser: Browser;
  let one: Visit;
  let page: Page;

  before(async function () {
    if (chromiumPath === undefined) return skipBecause(this, 'no Chromium');
    farm = await Farm.start();
    await farm.addAgent({ name: 'lin-01', slots: 2 });
    browser = await openBrowser();
    one = await visit(browser, farm.url, {});
    page = one.page;
    await one.signIn('admin', farm.password);
  });

  after(async () => {
    await browser?.close();
    await farm?.close();
  });

  afterEach(() => assert.deepEqual(one.faults, [], 'what went wrong in the page'));

  const start = (pipeline: Pipeline): Promise<RunView> => farm.api.post<RunView>(`/pipelines/${pipeline.id}/runs`, {});
  const open = (run: RunView, rest = ''): Promise<unknown> => page.goto(`/pipelines/${run.pipelineId}/runs/${run.number}${rest}`);

  it('begins a failed run with its reason, and goes to its first error', async () => {
    const run = await start(await makeScript(farm, 'seq 1 400; echo "error: no such unit"; seq 1 50; exit 3'));
    await farm.finished(run.id);
    await open(run);
    await page.getByText('exited with code 3').first().waitFor();
    await page.locator('.ln.err', { hasText: 'error: no such unit' }).waitFor();
    await page.getByRole('button', { name: /First error 401/ }).waitFor();
  });

  it('V4, O3 leaves a log room on a phone, and gives it the whole screen', async () => {
    const run = await start(await makeScript(farm, 'seq 1 400'));
    await farm.finished(run.id);
    await page.setViewportSize({ width: 390, height: 844 });
    /** Lines of the log that lie in the window, below and above what stands at its edges. */
    const linesInSight = (): Promise<number> =>
      page.evaluate(`[...document.querySelectorAll('.ln .tx')].filter((line) => {
        const { left, top, height } = line.getBoundingClientRect();
        return line.contains(document.elementFromPoint(left + 2, top + height / 2));
      }).length`);
    await open(run);
    await page.locator('.ln .tx', { hasText: /^1$/ }).waitFor();
    assert.isAtLeast(await linesInSight(), 14);
    await page.getByRole('button', { name: 'Full screen', exact: true }).click();
    await page.locator('.logcol.full .ln .tx', { hasText: /^32$/ }).waitFor();
    assert.isAtLeast(await linesInSight(), 32);
    await page.goBack();
    await page.locator('.logcol:not(.full)').waitFor();
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('B10 stops a run that is stopping at once, after a question', async () => {
    const steps = [shell('echo working; sleep 1000'), shell('echo tidying; sleep 250', { name: 'Tidy', always: true })];
    const pipeline = await makePipeline(farm, await makeProject(farm), { jobs: [job('tidy', steps)], pipeline: oneTask('tidy', 'tidy') });
    const run = await start(pipeline);
    await open(run);
    await page.locator('.ln .tx', { hasText: /^working$/ }).waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop the run' }).click();
    await page.locator('.ln .tx', { hasText: /^tidying$/ }).waitFor();
    await page.getByRole('button', { name: 'Stop now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop now' }).click();
    await page.locator('.run-name .pill', { hasText: 'Stopped' }).waitFor();
  });

  it('shows lines as they are printed, and stops the run', async () => {
    const run = await start(await makeScript(farm, 'for i in $(seq 1 600); do echo "tick $i"; sleep 0.1; done'));
    await open(run);
    await page
      .locator('.ln .tx', { hasText: /^tick \d+$/ })
      .first()
      .waitFor();
    const newest =
      '[...document.querySelectorAll(".ln .tx")].map((text) => /^tick (\\d+)$/.exec(text.textContent)?.[1]).filter(Boolean).at(-1)';
    const seen = Number(await page.evaluate<string>(newest));
    await page.locator('.ln .tx', { hasText: new RegExp(`^tick ${seen + 10}$`) }).waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop the run' }).click();
    await page.locator('.run-name .pill', { hasText: 'Stopped' }).waitFor();
    await page.getByText('Complete,').waitFor();
  });

  it('opens a link to a line of a long log, and finds a word in all of it', async () => {
    const run = await start(await makeScript(farm, 'seq -f "line %.0f" 1 200000; echo the needle; seq 1 1000'));
    await farm.finished(run.id);
    await open(run, '#L150000');
    await page.locator('.ln.linked .tx', { hasText: /^line 150000$/ }).waitFor();
    await page.getByRole('textbox', { name: 'Search the log' }).fill('needle');
    await page.locator('.ln.hit', { hasText: 'the needle' }).waitFor();
    await page.getByText('1 of 1', { exact: true }).waitFor();
    assert.isBelow(await page.locator('.ln').count(), 150, 'lines in the page');
  });

  it('lets no control sequence act, and nothing of a log become a part of the page', async () => {
    const run = await start(
      await makeScript(
        farm,
        `printf '\\033[31mred\\033[0m \\033]0;title\\007<b id=evil>bold</b>\\033[2J\\n'; printf '10 %%\\r100 %%\\n'; exit 1`,
      ),
    );
    await farm.finished(run.id);
    await open(run);
    await page.locator('.ln .tx', { hasText: 'red <b id=evil>bold</b>' }).waitFor();
    await page.locator('.ln .tx', { hasText: /^100 %$/ }).waitFor();
    assert.equal(await page.locator('#evil').count(), 0);
  });

  it('says why a task waits that no agent can take', async () => {
    const project = await makeProject(farm);
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('needs', [shell('true')], { labels: ['no-such-label'] })],
      pipeline: oneTask('impossible', 'needs'),
    });
    const run = await start(pipeline);
    await open(run);
    await page.getByText('No registered agent has what the task needs').first().waitFor();
    await page.getByRole('button', { name: 'Why is it waiting?' }).first().click();
    await page.getByText('has no label no-such-label').waitFor();
    await farm.api.post(`/runs/${run.id}/stop`, {});
  });

  it('starts a run by the dialog, with the history as its place', async () => {
    const pipeline = await makeScript(farm, 'echo hello');
    await page.goto(`/pipelines/${pipeline.id}`);
    await page.getByRole('button', { name: 'Run it once' }).click();
    await page.locator('form').getByRole('button', { name: /^Run/ }).click();
    await page.waitForURL(`**/pipelines/${pipeline.id}/runs/1`);
    await page.locator('.run-name .pill', { hasText: 'Succeeded' }).waitFor();
  });

  it('shows a new agent the moment it appears', async () => {
    await page.goto('/agents');
    await page.getByRole('button', { name: 'Add agent' }).click();
    const tokens = async (): Promise<number> => (await farm.api.get<readonly unknown[]>('/registration-tokens')).length;
    const before = await tokens();
    const show = page.getByRole('button', { name: 'Show the command, with a new token' });
    await show.waitFor();
    assert.equal(await tokens(), before, 'looking creates no token');
    await show.click();
    await page.getByText('Waiting for it to appear').waitFor();
    assert.equal(await tokens(), before + 1);
    await farm.addAgent({ name: 'lin-02' });
    await page.getByText('lin-02 has appeared').waitFor();
  });

  it('uploads a package by hand', async () => {
    const project = await makeProject(farm);
    await page.goto(`/projects/${project.id}/packages`);
    await page.getByRole('button', { name: 'Upload' }).first().click();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'tools-1.2.0.tar.gz', mimeType: 'application/gzip', buffer: Buffer.alloc(300_000, 7) });
    await page.locator('form').getByRole('button', { name: 'Upload' }).click();
    await page.getByText('Uploaded and checked').waitFor();
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.locator('table').getByText('tools', { exact: true }).waitFor();
  });
});
