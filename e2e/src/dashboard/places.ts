import type { Page } from 'playwright-core';
import type { Filled } from './filled-farm.js';

export interface Place {
  readonly name: string;
  readonly path: (farm: Filled) => string;
  /** Is there once the page shows all that it has. */
  readonly ready: string;
  /** Absent: everybody’s who may see the project. */
  readonly whose?: 'administrator' | 'person';
}

const run = (one: { readonly pipelineId: string; readonly number: number }, rest = ''): string =>
  `/pipelines/${one.pipelineId}/runs/${one.number}${rest}`;

/** Every page of the dashboard. */
// prettier-ignore
export const places: readonly Place[] = [
  { name: 'the list of pipelines',     path: () => '/pipelines',                                             ready: 'table.pipelines tr:nth-child(3)' },
  { name: 'a pipeline’s history',      path: ({ pipeline }) => `/pipelines/${pipeline.id}`,                  ready: 'tbody tr' },
  { name: 'a failed run',              path: ({ failed }) => run(failed),                                    ready: '.ln.err' },
  { name: 'a run under way',           path: ({ running }) => run(running),                                  ready: '.ln .tx' },
  { name: 'a run that waits',          path: ({ waiting }) => run(waiting),                                  ready: '.run-title' },
  { name: 'the timing of a run',       path: ({ failed }) => run(failed, '/timing'),                         ready: '.pane-timing *' },
  { name: 'the packages of a run',     path: ({ failed }) => run(failed, '/packages'),                       ready: '.pane-packages table' },
  { name: 'the parameters of a run',   path: ({ failed }) => run(failed, '/parameters'),                     ready: '.pane-parameters *' },
  { name: 'the activity of a run',     path: ({ failed }) => run(failed, '/activity'),                       ready: '.pane-activity tbody tr' },
  { name: 'the editor’s basics',       path: ({ pipeline }) => `/pipelines/${pipeline.id}/edit/basics`,      ready: '.editor-tabs' },
  { name: 'the editor’s sources',      path: ({ pipeline }) => `/pipelines/${pipeline.id}/edit/sources`,     ready: '.editor-tabs' },
  { name: 'the editor’s workflow',     path: ({ pipeline }) => `/pipelines/${pipeline.id}/edit/workflow`,    ready: '[data-task]' },
  { name: 'the editor’s parameters',   path: ({ pipeline }) => `/pipelines/${pipeline.id}/edit/parameters`,  ready: '.editor-tabs' },
  { name: 'the editor’s YAML',         path: ({ pipeline }) => `/pipelines/${pipeline.id}/edit/yaml`,        ready: '.cm-line' },
  { name: 'a new pipeline',            path: () => '/pipelines/new',                                         ready: '.editor-tabs', whose: 'administrator' },
  { name: 'the projects',              path: () => '/projects',                                              ready: 'table' },
  { name: 'the jobs',                  path: ({ project }) => `/projects/${project.id}/jobs`,                ready: 'table tbody tr' },
  { name: 'a job',                     path: ({ project, job }) => `/projects/${project.id}/jobs/${job.id}`, ready: 'form, .body' },
  { name: 'the endpoints',             path: ({ project }) => `/projects/${project.id}/endpoints`,           ready: 'table tbody tr, .void' },
  { name: 'the members',               path: ({ project }) => `/projects/${project.id}/members`,             ready: '.body' },
  { name: 'the packages',              path: ({ project }) => `/projects/${project.id}/packages`,            ready: 'table tbody tr' },
  { name: 'the versions of a package', path: ({ project }) => `/projects/${project.id}/packages?in=made&name=tool`, ready: '.versions .file-row' },
  { name: 'the agents',                path: () => '/agents',                                                ready: '.scroll', whose: 'administrator' },
  { name: 'the queue',                 path: () => '/agents/queue',                                          ready: 'table tbody tr', whose: 'administrator' },
  { name: 'the registration tokens',   path: () => '/agents/tokens',                                         ready: 'table tbody tr', whose: 'administrator' },
  { name: 'the users',                 path: () => '/users',                                                 ready: 'table tbody tr', whose: 'administrator' },
  { name: 'the settings of the farm',  path: () => '/settings',                                              ready: 'form, .body', whose: 'administrator' },
  { name: 'the account',               path: () => '/account',                                               ready: '.body', whose: 'person' },
  { name: 'the account’s password',    path: () => '/account/password',                                      ready: '.body', whose: 'person' },
  { name: 'the account’s sessions',    path: () => '/account/sessions',                                      ready: 'table tbody tr, .body li', whose: 'person' },
  { name: 'the account’s tokens',      path: () => '/account/tokens',                                        ready: '.body', whose: 'person' },
  { name: 'an address without a page', path: () => '/nowhere',                                               ready: '.void' },
  { name: 'a run that does not exist', path: ({ pipeline }) => `/pipelines/${pipeline.id}/runs/999`,         ready: '.void' },
];

export interface Overlay {
  readonly name: string;
  readonly path: (farm: Filled) => string;
  readonly open: (page: Page) => Promise<void>;
  readonly root?: string;
}

const click =
  (role: 'button' | 'menuitem', name: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole(role, { name }).first().click();

/** What opens over pages. */
// prettier-ignore
export const overlays: readonly Overlay[] = [
  { name: 'the run dialog',              path: () => '/pipelines',                                   open: click('button', 'Run web-app') },
  { name: 'a menu',                      path: () => '/pipelines',                                   open: click('button', 'More actions for web-app'), root: '[role=menu]' },
  { name: 'the question before a loss',  path: () => '/pipelines',                                   open: async (page) => { await click('button', 'More actions for web-app')(page); await click('menuitem', 'Delete')(page); } },
  { name: 'the import',                  path: () => '/pipelines',                                   open: async (page) => { await click('button', /Import/)(page); await click('menuitem', /Import/)(page); } },
  { name: 'the palette',                 path: () => '/pipelines',                                   open: async (page) => { await page.keyboard.press('Control+k'); await page.getByRole('option').nth(3).waitFor(); } },
  { name: 'the list of keys',            path: () => '/pipelines',                                   open: (page) => page.keyboard.press('?') },
  { name: 'why a run waits',             path: ({ waiting }) => run(waiting),                        open: click('button', 'Why is it waiting?') },
  { name: 'the stop of a run',           path: ({ running }) => run(running),                        open: click('button', 'Stop') },
  { name: 'a new endpoint',              path: ({ project }) => `/projects/${project.id}/endpoints`, open: click('button', 'New endpoint') },
  { name: 'a new member',                path: ({ project }) => `/projects/${project.id}/members`,   open: click('button', /Add a member/) },
  { name: 'an upload',                   path: ({ project }) => `/projects/${project.id}/packages`,  open: click('button', 'Upload') },
  { name: 'a new agent',                 path: () => '/agents',                                      open: click('button', 'Add agent') },
  { name: 'a new user',                  path: () => '/users',                                       open: click('button', /New user/) },
  { name: 'a new token',                 path: () => '/account/tokens',                              open: click('button', 'New token') },
];

/** Goes there as a link does: the page is not loaded again. By way of an empty page, so that nothing of the one before is taken for the new one. */
export async function go(page: Page, path: string): Promise<void> {
  for (const address of ['/nowhere', path]) {
    await page.evaluate(`history.pushState(null, '', ${JSON.stringify(address)}); dispatchEvent(new PopStateEvent('popstate'))`);
    if (address !== path) await page.locator('.void').waitFor();
  }
}

/** Goes to a place and waits until it shows all that it has. */
export async function arrive(page: Page, { path, ready }: Place, farm: Filled): Promise<void> {
  await go(page, path(farm));
  await page.locator(ready).first().waitFor();
  await page.locator('main .skel').waitFor({ state: 'detached' });
}
