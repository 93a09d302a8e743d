import type { Browser } from 'playwright-core';
import { Farm } from '../testing/farm.js';
import { openBrowser } from './browser.js';
import { fill, type Filled } from './filled-farm.js';

let browser: Promise<Browser> | undefined;
let filled: Promise<readonly [Farm, Filled]> | undefined;

/** One Chromium for all test files of a process: it takes longer to start than most tests. */
export const sharedBrowser = (): Promise<Browser> => (browser ??= openBrowser());

/** Ends what a test file has opened in it. */
export async function closeVisits(): Promise<void> {
  await Promise.all((await browser)?.contexts().map((context) => context.close()) ?? []);
}

/** One filled farm for the files that change nothing in it. */
export function sharedFarm(): Promise<readonly [Farm, Filled]> {
  filled ??= Farm.start().then(async (farm) => [farm, await fill(farm)] as const);
  return filled;
}

after(async () => {
  await (await browser)?.close();
  await (await filled)?.[0].close();
});
