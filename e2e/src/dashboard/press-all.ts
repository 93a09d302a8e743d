import type { Page } from 'playwright-core';

/** A request that the controller refused: its method and path. */
export type Refusal = string;

/** What can be pressed; what stands in the bar of every page and links are left out. */
const pressable =
  ':is(button, [role=menuitem]):not(a, :disabled, [aria-disabled=true], [data-disabled], [data-toggle], .tools *, header.top *)';
const open = ':is([role=dialog], [role=menu])';

/** The places of those that are not known yet, by what they say. */
async function newOnes(page: Page, root: string, known: Set<string>): Promise<readonly number[]> {
  const said = await page.evaluate<readonly string[]>(
    `[...document.querySelectorAll('${root} ${pressable}')].map((one) => one.getAttribute('aria-label') ?? one.innerText)`,
  );
  return said.flatMap((text, index) => {
    if (known.has(text)) return [];
    known.add(text);
    return [index];
  });
}

/**
 * Presses everything on the page that can be pressed, each after a new arrival, and everything in the dialogs and menus
 * that open by it. What says the same as something that was pressed elsewhere is left out.
 */
export async function pressAll(page: Page, arrive: () => Promise<void>, known: Set<string>): Promise<void> {
  const press = presser(page);
  const again = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await arrive();
  };
  await arrive();
  for (const index of await newOnes(page, 'main', known)) {
    await again();
    await press('main', index);
    for (const [count, at] of (await newOnes(page, open, known)).entries()) {
      if (count > 0) {
        await again();
        await press('main', index);
      }
      await press(open, at);
    }
  }
}

/** Presses one, then waits until everything that it asked for has been answered and drawn. */
function presser(page: Page): (root: string, index: number) => Promise<void> {
  const under = new Set<unknown>();
  let settled = (): void => undefined;
  page.on('request', (request) => under.add(request));
  const ended = (request: unknown): void => {
    under.delete(request);
    if (under.size === 0) settled();
  };
  page.on('requestfinished', ended).on('requestfailed', ended);
  const drawn = (): Promise<unknown> => page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return async (root, index) => {
    await page.evaluate(`document.querySelectorAll('${root} ${pressable}')[${index}]?.click()`);
    await drawn();
    while (under.size > 0) {
      await new Promise<void>((resolve) => {
        settled = resolve;
      });
      await drawn();
    }
  };
}
