import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const candidates = [process.env['DROVER_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium of this machine, where there is one. */
export const chromiumPath = candidates.find((path) => path !== undefined && existsSync(path));

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the browser itself says of answers that are refusals, and of a controller that is away. */
const networkNews = /^(?:Failed to load resource|WebSocket connection to )/;

export interface Look {
  readonly width?: number;
  readonly language?: 'en' | 'zh-CN';
  readonly theme?: 'light' | 'dark';
}

/** A page of the dashboard, with what went wrong in it: scripts that threw, and what the policy of the page refused. */
export interface Visit {
  readonly page: Page;
  readonly faults: readonly string[];
  /** Signs in by the form, chooses an own password where that is asked (the same with `own ` before it), and waits for the list of pipelines. */
  readonly signIn: (name: string, password: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }), args: quiet });

export async function visit(browser: Browser, url: string, { width = 1280, language = 'en', theme = 'light' }: Look = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL: url, viewport: { width, height: width < 500 ? 844 : 900 } });
  await context.addInitScript(`localStorage.setItem('drover.theme', '${theme}'); localStorage.setItem('drover.language', '${language}')`);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !networkNews.test(message.text())) faults.push(message.text());
  });
  return {
    page,
    faults,
    signIn: async (name, password) => {
      await page.goto('/');
      await page.locator('input[autocomplete=username]').fill(name);
      await page.locator('input[autocomplete=current-password]').fill(password);
      await page.locator('button[type=submit]').click();
      const list = page.locator('h1.title');
      const first = page.locator('input[autocomplete=new-password]').first();
      await list
        .or(first)
        .first()
        .waitFor()
        .catch(async (cause: unknown) => {
          throw new Error(`still at the sign-in, which says: ${await page.locator('body').innerText()}`, { cause });
        });
      if (await first.isVisible()) {
        for (const field of await page.locator('input[autocomplete=new-password]').all()) await field.fill(`own ${password}`);
        await page.locator('button[type=submit]').click();
      }
      await page.waitForURL('**/pipelines');
    },
    close: () => context.close(),
  };
}
