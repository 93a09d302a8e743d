import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const options: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
};

/** A theme changes colours and nothing else. */
const coloursOnly: RunOptions = {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  resultTypes: ['violations'],
};

/** What axe finds wrong inside the root, one line for each rule and element. */
async function findings(page: Page, root: string, rules: RunOptions): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(root)}, ${JSON.stringify(rules)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, target, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join('; ');
      return `${id}: ${target.join(' ')}: ${why}: ${html.slice(0, 160)}`;
    }),
  );
}

const press = (page: Page, toggle: 'theme' | 'language'): Promise<void> =>
  page.evaluate(`document.querySelector('[data-toggle=${toggle}]').click()`);

/** What axe finds in the look that the page has. */
export async function auditOnce(page: Page, root = 'html'): Promise<string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe.source);
  return findings(page, root, options);
}

/** Looks at what is shown in both themes and both languages, which are changed in the page as a person would. Leaves the look as it was. */
export async function audit(page: Page, root = 'html'): Promise<string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe.source);
  const found: string[] = [];
  const look = async (rules: RunOptions): Promise<void> => {
    const [theme, language] = await page.evaluate<[string, string]>(
      '[document.documentElement.dataset.mantineColorScheme, document.documentElement.lang]',
    );
    found.push(...(await findings(page, root, rules)).map((line) => `${theme}, ${language}: ${line}`));
  };
  for (const language of ['zh-CN', 'en']) {
    await look(options);
    await press(page, 'theme');
    await look(coloursOnly);
    await press(page, 'language');
    await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
  }
  return found;
}
