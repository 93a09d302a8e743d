import type { Page } from 'playwright-core';

/** Turns the direction of what follows it. */
export const turn = '\u202E';

/** Fields that hold words of Drover, keys or numbers as text, and nothing that a person, a repository or a machine chose. */
const own =
  /^(?:id|.*Id|.*Ids|code|type|kind|status|state|mode|key|taskKey|stageKey|tasks|role|roles|may|myRoles|scopes|permission|language|result|outcome|executor|sha256|.*Digest|commit|reported|stored|shell|platform|os|arch|isolation|pull|cause|retry|recovery|when|queue|order|.*At|\$schema|pattern|format|const|enum|required|x-rule|\$ref)$/;

/** The answer as a farm gives it whose every name, message and value hides a character that turns its direction. */
function hostile(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return own.test(name) ? value : `${value}${turn}`;
  if (Array.isArray(value)) return value.map((each) => hostile(each, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hostile(each, key)]));
}

/** From now on the page reads nothing else. */
export async function makeHostile(page: Page): Promise<void> {
  await page.route('**/api/v1/**', async (route) => {
    if (route.request().method() !== 'GET' || route.request().url().includes('/schema')) return route.fallback();
    const answer = await route.fetch();
    if (!/json/.test(answer.headers()['content-type'] ?? '')) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: hostile(await answer.json()) });
  });
}

/** Where the page shows the character unmarked, and how often it shows it marked. */
export const unmarked = (page: Page): Promise<{ readonly unmarked: readonly string[]; readonly marked: number }> =>
  page.evaluate(`(() => {
    const found = document.title.includes('${turn}') ? ['title'] : [];
    const inside = (text) => text !== null && text !== undefined && text.includes('${turn}');
    const where = (element) => element.closest('[class]')?.className + ': ' + element.outerHTML.slice(0, 200);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode())
      if (inside(walk.currentNode.data) && !walk.currentNode.parentElement.closest('script, style, textarea')) found.push(where(walk.currentNode.parentElement));
    for (const element of document.querySelectorAll('*')) {
      for (const name of ['title', 'aria-label', 'placeholder', 'alt']) if (inside(element.getAttribute(name))) found.push(name + ' of ' + where(element));
      if (element.matches('input, textarea') && inside(element.value) && !element.hasAttribute('data-directions')) found.push('value of ' + where(element));
    }
    return { unmarked: found, marked: document.body.innerText.split('⟨U+202E⟩').length - 1 };
  })()`);
