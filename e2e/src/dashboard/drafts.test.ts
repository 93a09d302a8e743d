import { assert } from 'chai';
import type { Browser } from 'playwright-core';
import type { Job, Pipeline, Project } from '@drover/protocol/api';
import { skipBecause } from '@drover/protocol/testing';
import { job, makeProject, oneTask, shell } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { chromiumPath, openBrowser, visit, type Visit } from './browser.js';

const password = 'a password for the tests';

describe('W what is being edited in a browser', function () {
  this.timeout(90_000);
  let farm: Farm;
  let browser: Browser;
  let project: Project;
  let one: Visit;

  before(async function () {
    if (chromiumPath === undefined) return skipBecause(this, 'no Chromium');
    farm = await Farm.start();
    browser = await openBrowser();
    project = await makeProject(farm);
    await farm.api.post<Job>(`/projects/${project.id}/jobs`, { definition: job('script', [shell('true')]) });
    await farm.api.post('/users', { name: 'ana.silva', password, administrator: true });
    one = await visit(browser, farm.url);
    await one.signIn('ana.silva', password);
  });

  afterEach(() => assert.deepEqual(one.faults, [], 'what went wrong in the page'));

  after(async () => {
    await browser?.close();
    await farm?.close();
  });

  const pipeline = (name: string): Promise<Pipeline> =>
    farm.api.post<Pipeline>(`/projects/${project.id}/pipelines`, { definition: oneTask(name, 'script') });
  const description = () => one.page.getByLabel('Description', { exact: true });

  it('outlives what others save, and says that there is a newer version', async () => {
    const { id, version, definition } = await pipeline('of-two');
    await one.page.goto(`/pipelines/${id}/edit/basics`);
    await description().fill('mine');
    await farm.api.put(`/pipelines/${id}`, { definition: { ...definition, description: 'theirs' }, version });
    await one.page.getByText('Someone else has saved a newer version').waitFor();
    assert.equal(await description().inputValue(), 'mine');
    await one.page.getByRole('button', { name: 'Save yours over it' }).click();
    await one.page.getByText('Pipeline of-two saved').waitFor();
    assert.equal((await farm.api.get<Pipeline>(`/pipelines/${id}`)).definition.description, 'mine');
  });

  it('outlives a lost link to the controller', async () => {
    const { id } = await pipeline('unplugged');
    await one.page.goto(`/pipelines/${id}/edit/basics`);
    await description().fill('typed before');
    await one.page.locator('.live[data-state=live]').waitFor();
    await farm.controller.stop();
    await one.page.locator('.live[data-state=off]').waitFor();
    await farm.restartController();
    const readAgain = one.page.waitForResponse((response) => response.url().endsWith(`/api/v1/pipelines/${id}`) && response.ok());
    await one.page.locator('.live[data-state=live]').waitFor();
    await readAgain;
    assert.equal(await description().inputValue(), 'typed before');
  });

  it('is sent once, however often saving is asked for', async () => {
    const { id, version } = await pipeline('impatient');
    await one.page.goto(`/pipelines/${id}/edit/basics`);
    await description().fill('once');
    for (let press = 0; press < 3; press++) await one.page.keyboard.press('Control+s');
    await one.page.getByText('Pipeline impatient saved').first().waitFor();
    assert.equal(await one.page.getByText('Someone else has saved a newer version').count(), 0);
    await one.page.getByText('Unsaved changes').waitFor({ state: 'detached' });
    await one.page.keyboard.press('Control+s');
    await one.page.getByText('Pipeline impatient saved').nth(1).waitFor();
    assert.equal((await farm.api.get<Pipeline>(`/pipelines/${id}`)).version, version + 1);
  });

  it('W8 is sent again after a refusal whose cure lies elsewhere', async () => {
    const other = await pipeline('wanted-name');
    const { id } = await pipeline('to-rename');
    await one.page.goto(`/pipelines/${id}/edit/basics`);
    const name = one.page.getByLabel('Name', { exact: true });
    await name.fill('wanted-name');
    await one.page.keyboard.press('Control+s');
    await one.page.locator('.says.failed', { hasText: '1 problem' }).waitFor();
    await farm.api.put(`/pipelines/${other.id}`, { definition: { ...other.definition, name: 'another' }, version: other.version });
    await one.page.keyboard.press('Control+s');
    await one.page.getByText('Pipeline wanted-name saved').waitFor();
    assert.equal(await one.page.locator('.says.failed').count(), 0);
  });

  it('W4 is saved with a job that was created elsewhere meanwhile', async () => {
    const { id, definition } = await pipeline('job-to-come');
    await one.page.goto(`/pipelines/${id}/edit/yaml`);
    await one.page.locator('.cm-line', { hasText: 'job: script' }).click();
    await one.page.keyboard.press('End');
    await one.page.keyboard.type('-later');
    await one.page.keyboard.press('Control+s');
    await one.page.locator('.refusal').waitFor();
    await farm.api.post<Job>(`/projects/${project.id}/jobs`, { definition: job('script-later', [shell('true')]) });
    await one.page.keyboard.press('Control+s');
    await one.page.getByText(`Pipeline ${definition.name} saved`).waitFor();
  });

  it('C5 keeps text that is no YAML, and does not save what stands behind it', async () => {
    const { id, version } = await pipeline('half-typed');
    await one.page.goto(`/pipelines/${id}/edit/yaml`);
    await one.page.locator('.cm-line', { hasText: 'name: Work' }).click();
    await one.page.keyboard.press('End');
    await one.page.keyboard.type(': [');
    await one.page.getByRole('link', { name: /^Workflow/ }).click();
    await one.page.keyboard.press('Control+s');
    await one.page.locator('.cm-line', { hasText: 'name: Work: [' }).waitFor();
    assert.equal((await farm.api.get<Pipeline>(`/pipelines/${id}`)).version, version);
    await one.page.getByRole('button', { name: 'Discard', exact: false }).click();
    await one.page.locator('.cm-line', { hasText: /name: Work$/ }).waitFor();
  });

  it('a new pipeline begins without complaints, and Save says what is missing', async () => {
    await one.page.goto(`/pipelines/new?project=${project.id}`);
    const name = one.page.getByLabel('Name', { exact: true });
    await name.waitFor();
    assert.equal(await one.page.getByText('A name is needed.').count(), 0);
    await one.page.keyboard.press('Control+s');
    await one.page.getByText('A name is needed.').waitFor();
  });

  it('J1 a job whose script is one long line stays inside the page, also on a phone', async () => {
    const { id } = await farm.api.post<Job>(`/projects/${project.id}/jobs`, {
      definition: job('long', [shell(`echo ${'word '.repeat(200)}`), shell('true', { name: 'Second' })]),
    });
    for (const width of [1280, 390]) {
      await one.page.setViewportSize({ width, height: 844 });
      await one.page.goto(`/projects/${project.id}/jobs/${id}`);
      await one.page.getByText('Second').waitFor();
      const [inner, outer] = await one.page.evaluate<[number, number]>(
        '(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector(".scroll"))',
      );
      assert.isAtMost(inner, outer, `at ${width} pixels`);
    }
    await one.page.setViewportSize({ width: 1280, height: 900 });
  });
});
