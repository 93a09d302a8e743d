import { assert } from 'chai';
import type { Browser } from 'playwright-core';
import type { Job, Page as ListPage, Pipeline, PipelineRow, Project } from '@drover/protocol/api';
import { skipBecause } from '@drover/protocol/testing';
import { Farm } from '../testing/farm.js';
import { chromiumPath, openBrowser, visit, type Visit } from './browser.js';

const password = 'a password for the tests';
const definition = (name: string) => ({
  name,
  sources: [],
  parameters: [],
  stages: [{ key: 'build', name: 'Build', mode: 'serial', tasks: [{ key: 'compile', name: 'Compile', type: 'build', job: 'hello' }] }],
});

describe('O3 the dashboard in a browser', function () {
  this.timeout(90_000);
  let farm: Farm;
  let browser: Browser;
  let project: Project;
  const open: Visit[] = [];

  before(async function () {
    if (chromiumPath === undefined) return skipBecause(this, 'no Chromium');
    farm = await Farm.start();
    browser = await openBrowser();
    project = await farm.api.post<Project>('/projects', { name: 'storefront' });
    await farm.api.post('/users', { name: 'ana.silva', password, administrator: true });
    await farm.api.post<Job>(`/projects/${project.id}/jobs`, {
      definition: {
        name: 'hello',
        kind: 'build',
        parameters: [{ name: 'WHO', type: 'string', value: 'you', runtime: true }],
        steps: [{ type: 'shell', name: 'Say', script: 'echo "hello $WHO"' }],
        labels: [],
        executor: { type: 'shell' },
      },
    });
    const first = await enter({});
    await first.close();
  });

  afterEach(async () => {
    const faults = open.flatMap((one) => one.faults);
    await Promise.all(open.splice(0).map((one) => one.close()));
    assert.deepEqual(faults, [], 'what went wrong in the page');
  });

  after(async () => {
    await browser?.close();
    await farm?.close();
  });

  let ownPassword = password;
  /** A page of somebody who is signed in; the first time an own password is chosen. */
  async function enter(look: Parameters<typeof visit>[2]): Promise<Visit> {
    const one = await visit(browser, farm.url, look);
    open.push(one);
    await one.signIn('ana.silva', ownPassword);
    if (ownPassword === password) ownPassword = `own ${password}`;
    return one;
  }

  const rows = async (): Promise<readonly PipelineRow[]> => (await farm.api.get<ListPage<PipelineRow>>('/pipelines')).items;

  it('A1 does not say which of name and password was wrong', async () => {
    const one = await visit(browser, farm.url);
    open.push(one);
    await one.page.goto('/projects');
    await one.page.locator('input[autocomplete=username]').fill('ana.silva');
    await one.page.locator('input[autocomplete=current-password]').fill('something else');
    await one.page.locator('button[type=submit]').click();
    await one.page.getByText('The user name or the password is not right.').waitFor();
  });

  it('C1, W a pipeline is made by the form, references are completed, saving keeps it', async () => {
    const { page } = await enter({ width: 1440 });
    await page.getByRole('link', { name: 'New pipeline' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('web-app');
    await page.getByRole('link', { name: /^Parameters/ }).click();
    await page.getByRole('button', { name: 'Add a parameter' }).click();
    await page.getByLabel('Name', { exact: true }).fill('VERSION');
    await page.getByRole('link', { name: /^Workflow/ }).click();
    await page.getByRole('button', { name: 'Add a stage' }).click();
    await page.getByLabel(/^WHO/).fill('v$VER');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+s');
    await page.getByText('Pipeline web-app saved').waitFor();
    const [row] = (await rows()).filter(({ name, projectId }) => name === 'web-app' && projectId === project.id);
    const saved = await farm.api.get<Pipeline>(`/pipelines/${row?.id ?? ''}`);
    assert.deepInclude(saved.definition.stages[0]?.tasks[0], { job: 'hello', parameters: { WHO: 'v${VERSION}' } });
  });

  it('W2 a task is moved by keys, and back by undo', async () => {
    const made = await farm.api.post<Pipeline>(`/projects/${project.id}/pipelines`, {
      definition: {
        ...definition('by-keys'),
        stages: [
          {
            key: 'build',
            name: 'Build',
            mode: 'serial',
            tasks: ['One', 'Two'].map((name) => ({ key: name.toLowerCase(), name, type: 'build', job: 'hello' })),
          },
        ],
      },
    });
    const { page } = await enter({});
    await page.goto(`/pipelines/${made.id}/edit`);
    const cards = page.locator('[data-task]');
    await cards.first().focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.waitForFunction('document.querySelector("[data-task]").dataset.task === "two"');
    await page.keyboard.press('Control+z');
    await page.waitForFunction('document.querySelector("[data-task]").dataset.task === "one"');
  });

  it('W8 what the controller refuses stands at its place', async () => {
    const { page } = await enter({});
    await farm.api.post(`/projects/${project.id}/pipelines`, { definition: definition('taken') });
    const made = await farm.api.post<Pipeline>(`/projects/${project.id}/pipelines`, { definition: definition('renamed') });
    await page.goto(`/pipelines/${made.id}/edit/basics`);
    await page.getByLabel('Name', { exact: true }).fill('taken');
    await page.keyboard.press('Control+s');
    await page.locator('[role=alert]').first().waitFor();
    assert.equal((await farm.api.get<Pipeline>(`/pipelines/${made.id}`)).definition.name, 'renamed');
  });

  it('C5 form and YAML are one draft', async () => {
    const made = await farm.api.post<Pipeline>(`/projects/${project.id}/pipelines`, { definition: definition('as-text') });
    const { page } = await enter({ width: 1440 });
    await page.goto(`/pipelines/${made.id}/edit/yaml`);
    await page.locator('.cm-line', { hasText: 'name: Compile' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' all');
    await page.getByRole('link', { name: /^Workflow/ }).click();
    await page.getByText('Compile all').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Pipeline as-text saved').waitFor();
  });

  it('C3 a copy opens in the editor and is stored under its own name', async () => {
    const made = await farm.api.post<Pipeline>(`/projects/${project.id}/pipelines`, { definition: definition('original') });
    const { page } = await enter({});
    await page.goto(`/pipelines/new?copy=${made.id}`);
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'original copy');
    await page.getByRole('button', { name: /^Save/ }).last().click();
    await page.getByText('Pipeline original copy saved').waitFor();
    assert.include(
      (await rows()).map(({ name }) => name),
      'original copy',
    );
  });

  it('E an endpoint’s fault stands at its field; a stored credential is not shown', async () => {
    const { page } = await enter({});
    await page.goto(`/projects/${project.id}/endpoints`);
    await page.getByRole('button', { name: 'New endpoint' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('git-host');
    await page.getByLabel('Address', { exact: true }).fill('git.example.org');
    await page.getByLabel('Password or access token', { exact: true }).fill('a secret of the tests');
    await page.getByRole('button', { name: 'Create the endpoint' }).click();
    await page.locator('.mantine-InputWrapper-error').first().waitFor();
    await page.getByLabel('Address', { exact: true }).fill('https://git.example.org');
    await page.getByRole('button', { name: 'Create the endpoint' }).click();
    await page.getByText('Endpoint git-host created').waitFor();
    await page.getByRole('button', { name: 'git-host', exact: true }).click();
    assert.equal(await page.getByLabel('Password or access token', { exact: true }).inputValue(), '');
  });

  it('A5 a token is shown once', async () => {
    const { page } = await enter({});
    await page.goto('/account/tokens');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name', { exact: true }).fill('script');
    await page.getByRole('button', { name: 'Create the token' }).click();
    const secret = await page.locator('.secret-box code').textContent();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('script', { exact: true }).waitFor();
    assert.isAbove(secret?.length ?? 0, 20);
    assert.notInclude(await page.content(), secret ?? '');
  });

  it('works on a phone, in Chinese and dark, without sideways scroll', async () => {
    const { page } = await enter({ width: 390, language: 'zh-CN', theme: 'dark' });
    for (const path of [
      '/pipelines',
      '/projects',
      `/projects/${project.id}/jobs`,
      `/projects/${project.id}/endpoints`,
      `/projects/${project.id}/members`,
      '/account',
      '/users',
      '/settings',
    ]) {
      await page.goto(path);
      await page.locator('h1').first().waitFor();
      const [inner, outer] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
      assert.isAtMost(inner, outer, path);
    }
    assert.equal(await page.evaluate('document.documentElement.lang'), 'zh-CN');
  });

  it('opens the palette, lists its keys and walks the list by keys', async () => {
    const { page } = await enter({});
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    await page.locator('tr.on').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('original');
    await page
      .getByRole('option', { name: /original/ })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('j');
    await page.waitForURL('**/projects');
  });
});
