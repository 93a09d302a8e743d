import { assert } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { Job, Pipeline, Project } from '@drover/protocol/api';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { chromiumPath, openBrowser, visit, type Visit } from './browser.js';

const password = 'a password for the tests';

describe('W, L3, A2 the first hours of a person in a browser', function () {
  this.timeout(120_000);
  let farm: Farm;
  let browser: Browser;
  let one: Visit;
  let page: Page;
  let project: Project;
  let pipeline: Pipeline;

  before(async function () {
    if (chromiumPath === undefined) return this.skip();
    farm = await Farm.start();
    browser = await openBrowser();
    project = await makeProject(farm);
    pipeline = await makePipeline(farm, project, {
      jobs: [job('script', [shell('true')], { labels: ['quantum'] })],
      pipeline: oneTask('small', 'script'),
    });
    one = await visit(browser, farm.url, {});
    page = one.page;
    await one.signIn('admin', farm.password);
  });

  after(async () => {
    await browser?.close();
    await farm?.close();
  });

  afterEach(() => assert.deepEqual(one.faults, [], 'what went wrong in the page'));

  it('deletes a project only once its name is typed, and gives the focus back when it is not deleted', async () => {
    await page.goto(`/projects/${project.id}/members`);
    const opener = page.getByRole('button', { name: 'Delete the project' });
    await opener.click();
    const action = page.getByRole('dialog').getByRole('button', { name: 'Delete the project' });
    assert.isTrue(await action.isDisabled());
    await page.getByRole('dialog').getByRole('textbox').fill(project.name);
    assert.isFalse(await action.isDisabled());
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('button:focus', { hasText: 'Delete the project' }).waitFor();
  });

  it('G3 reads the queue with one request', async () => {
    const run = await startRun(farm, pipeline.id);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/agents/queue');
    await page
      .locator('tr', { hasText: `small #${run.number}` })
      .getByText('No agent is registered.')
      .waitFor();
    assert.deepEqual(
      asked
        .filter((path) => /\/(?:queue|runs|pipelines)\b/.test(path) && path.startsWith('/api/v1/') && !path.includes('favourites'))
        .filter((path) => path !== '/api/v1/pipelines'),
      ['/api/v1/queue'],
    );
    await farm.api.post(`/runs/${run.id}/stop`, {});
  });

  it('says that it is offline as soon as the browser is', async () => {
    await page.goto('/pipelines');
    await page.locator('.live[data-state=live]').waitFor();
    await page.context().setOffline(true);
    await page.locator('.live[data-state=off]').waitFor();
    await page.context().setOffline(false);
    await page.locator('.live[data-state=live]').waitFor();
  });

  it('L1 loads the code of a page again when the network failed it', async () => {
    await page.goto('/pipelines');
    let failed = 0;
    await page.route('**/assets/users-page-*.js', (route) => ((failed += 1) === 1 ? route.abort('connectionreset') : route.continue()));
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('button', { name: 'New user' }).first().waitFor();
    assert.equal(failed, 2);
  });

  it('offers a viewer nothing that is refused, and speaks Chinese of refusals', async () => {
    await farm.api.post('/users', { name: 'li.wei', password, administrator: false });
    await farm.api.post(`/projects/${project.id}/members`, { name: 'li.wei', roles: ['viewer'] });
    const viewer = await visit(browser, farm.url, { language: 'zh-CN' });
    await viewer.signIn('li.wei', password);
    await viewer.page.goto(`/projects/${project.id}/jobs`);
    await viewer.page.getByText('你可以查看这些作业，但不能更改。').waitFor();
    assert.equal(await viewer.page.getByRole('link', { name: '新建作业' }).count(), 0);
    await viewer.page.goto(`/projects/${project.id}/packages`);
    assert.isTrue(await viewer.page.getByRole('button', { name: '上传' }).first().isDisabled());
    await viewer.page.goto('/account');
    assert.deepEqual(viewer.faults, []);
    await viewer.close();
  });

  it('J1 lets a person who saves an older version of a job take theirs or save over it, and says what they changed', async () => {
    const [stored] = await farm.api.get<readonly Job[]>(`/projects/${project.id}/jobs`);
    if (stored === undefined) throw new Error('the project has no job');
    const { id, definition } = stored;
    const saveElsewhere = async (description: string): Promise<void> => {
      const { version } = await farm.api.get<Job>(`/jobs/${id}`);
      await farm.api.put(`/jobs/${id}`, { definition: { ...definition, description }, version });
    };
    const description = page.getByLabel('Description', { exact: true });
    const save = page.getByRole('button', { name: 'Save', exact: true });
    const conflict = page.getByText('Administrator has saved a newer version since you began. It differs in: Description.');
    await page.goto(`/projects/${project.id}/jobs/${id}`);
    await description.fill('mine');
    await saveElsewhere('theirs');
    await save.click();
    await conflict.waitFor();
    await page.getByRole('button', { name: 'Reload theirs' }).click();
    assert.equal(await description.inputValue(), 'theirs');
    await description.fill('mine');
    await saveElsewhere('theirs again');
    await save.click();
    await conflict.waitFor();
    const saved = page.waitForResponse((response) => response.request().method() === 'PUT' && response.ok());
    await page.getByRole('button', { name: 'Save yours over it' }).click();
    await saved;
    await conflict.waitFor({ state: 'detached' });
    assert.equal((await farm.api.get<Job>(`/jobs/${id}`)).definition.description, 'mine');
  });

  it('E4 tests an endpoint for a whole host with a repository of that host', async () => {
    await farm.api.post(`/projects/${project.id}/endpoints`, { kind: 'git', name: 'host', url: farm.url });
    await page.goto(`/projects/${project.id}/endpoints`);
    await page.getByRole('button', { name: 'host', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Repository').fill(`${farm.url}/team/none.git`);
    const asked = page.waitForRequest((request) => request.url().endsWith('/test'));
    await dialog.getByRole('button', { name: 'Test the connection to host' }).click();
    assert.deepEqual((await asked).postDataJSON(), { repository: `${farm.url}/team/none.git` });
    await dialog.getByText('The host has no such repository').waitFor();
    await page.keyboard.press('Escape');
  });

  it('L1 cuts no word of the sidebar', async () => {
    for (const language of ['zh-CN', 'en']) {
      await page.locator('[data-toggle=language]').click();
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
      const cut = await page.evaluate(
        `[...document.querySelectorAll('.find .cut, .side .nav .cut')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)`,
      );
      assert.deepEqual(cut, []);
    }
  });

  it('X1 opens the run dialog of a phone at its beginning, with the button in sight', async () => {
    await page.setViewportSize({ width: 390, height: 640 });
    await page.goto(`/pipelines/${pipeline.id}`);
    await page.getByRole('button', { name: /^Run/ }).first().click();
    const dialog = page.getByRole('dialog');
    const [legend, button] = [dialog.getByText('Stages and tasks'), dialog.getByRole('button', { name: /^Run/ })];
    await legend.waitFor();
    for (const shown of [legend, button]) {
      const box = await shown.boundingBox();
      assert.isTrue(box !== null && box.y >= 0 && box.y + box.height <= 640, JSON.stringify(box));
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });
});
