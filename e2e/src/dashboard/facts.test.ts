import { assert } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { AgentView, RunView } from '@drover/protocol/api';
import { job, makePipeline, makeProject, makeScript, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { chromiumPath, openBrowser, visit, type Visit } from './browser.js';

describe('L1, V1, P5, G3, G5 facts in a browser', function () {
  this.timeout(120_000);
  let farm: Farm;
  let browser: Browser;
  let one: Visit;
  let page: Page;

  before(async function () {
    if (chromiumPath === undefined) return this.skip();
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

  it('P5 the run dialog and the editor show the value that the next run takes, live', async () => {
    const project = await makeProject(farm);
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('tell', [shell('echo "$V"')], { parameters: [{ type: 'string', name: 'V', runtime: true }] })],
      pipeline: {
        ...oneTask('numbers', 'tell'),
        parameters: [{ type: 'autoIncrement', name: 'VERSION', value: '1.0.8', runtime: true }],
        stages: [
          {
            key: 'main',
            name: 'Main',
            mode: 'serial',
            tasks: [{ key: 'work', name: 'Work', type: 'build', job: 'tell', parameters: { V: '${VERSION}' } }],
          },
        ],
      },
    });
    await page.goto(`/pipelines/${pipeline.id}/edit/parameters`);
    const value = page.getByRole('textbox', { name: 'Value', exact: true });
    await value.waitFor();
    assert.equal(await value.inputValue(), '1.0.8');
    await page.locator('.live[data-state=live]').waitFor();
    await farm.finished((await startRun(farm, pipeline.id)).id);
    await page.getByText('The next run takes 1.0.9.').waitFor();
    assert.equal(await value.inputValue(), '1.0.9');

    await page.goto(`/pipelines/${pipeline.id}`);
    await page.getByRole('button', { name: /^Run$/ }).first().click();
    const field = page.getByRole('textbox', { name: 'VERSION' });
    await field.waitFor();
    assert.equal(await field.inputValue(), '1.0.9');
    await startRun(farm, pipeline.id);
    await page.locator('form input[value="1.0.10"]').waitFor();
    await page.locator('form').getByRole('button', { name: /^Run/ }).click();
    await page.waitForURL(`**/pipelines/${pipeline.id}/runs/3`);
  });

  it('a run that no agent can take is queued, with the reason in the lists and on its page', async () => {
    const pipeline = await makeScript(farm, 'true', { labels: ['quantum'] });
    const run = await startRun(farm, pipeline.id);
    const reason = 'No registered agent has what the task needs: quantum.';
    await page.goto(`/pipelines?project=${pipeline.projectId}`);
    const row = page.locator('tr', { hasText: 'script' });
    await row.getByText(reason).waitFor();
    await row.getByText('Queued', { exact: true }).first().waitFor();
    await page.goto(`/pipelines/${pipeline.id}?status=queued`);
    await page.getByText(reason).waitFor();
    await page.goto(`/pipelines/${pipeline.id}/runs/${run.number}`);
    await page.locator('.run-name .pill', { hasText: 'Queued' }).waitFor();
    await page.locator('.run-title').getByText(reason).waitFor();
    await farm.api.post(`/runs/${run.id}/stop`, {});
  });

  it('G3, G5 follows an agent that is disabled, drains and goes for good, with the deadline of the recovery policy', async () => {
    const name = await farm.addAgent({ name: 'lin-02', labels: ['own'], slots: 1 });
    const agent = (await farm.api.get<readonly AgentView[]>('/agents')).find((view) => view.name === name);
    const pipeline = await makeScript(farm, 'echo begun; sleep 600', { labels: ['own'] });
    const running = await startRun(farm, pipeline.id);
    await page.goto(`/pipelines/${pipeline.id}/runs/${running.number}`);
    await page.locator('.ln .tx', { hasText: /^begun$/ }).waitFor();
    await farm.api.send('PATCH', `/agents/${agent?.id}`, { enabled: false });
    const waiting = await startRun(farm, pipeline.id);
    assert.equal((await farm.api.get<RunView>(`/runs/${waiting.id}`)).waiting?.code, 'agentsDisabled');
    assert.equal((await farm.api.get<AgentView>(`/agents/${agent?.id}`)).status, 'draining');
    farm.agents.get(name)?.kill('SIGKILL');
    await page
      .locator('.run-title')
      .getByText(/Agent lin-02 has been away since \d\d:\d\d\. If it is not back by \d\d:\d\d, the task runs again/)
      .waitFor();
    await page.locator('.log-side').getByText('has been away since').waitFor();
    await page.locator('.run-title').getByRole('button', { name: 'Why is it waiting?' }).click();
    await page.getByRole('dialog').getByText('has been away since').waitFor();
    assert.equal((await farm.api.get<AgentView>(`/agents/${agent?.id}`)).status, 'disabled');
    for (const { id } of [running, waiting]) await farm.api.post(`/runs/${id}/stop`, {});
    await farm.api.send('DELETE', `/agents/${agent?.id}`);
    for (const { id } of [running, waiting]) await farm.finished(id);
  });
});
