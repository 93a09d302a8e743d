import type { Browser } from 'playwright-core';
import { Farm } from '../testing/farm.js';
import { openBrowser } from './browser.js';
import { fill, type Filled } from './filled-farm.js';

let browser: Promise<Browser> | undefined;
let farm: Farm | undefined;
let filled: Promise<readonly [Farm, Filled]> | undefined;

/** One Chromium for all test files of a process: it takes longer to start than most tests. */
export const sharedBrowser = (): Promise<Browser> => (browser ??= openBrowser());

/** Ends what a test file has opened in it. */
export async function closeVisits(): Promise<void> {
  await Promise.all((await browser)?.contexts().map((context) => context.close()) ?? []);
}

/** One filled farm for the files that look at all of it and add little: a person who may only look makes an endpoint. */
export function sharedFarm(): Promise<readonly [Farm, Filled]> {
  filled ??= Farm.start().then(async (started) => {
    farm = started;
    return [farm, await fill(farm)] as const;
  });
  return filled;
}

after(async () => {
  const opened = await browser?.catch(() => undefined); // its test has said so
  await Promise.allSettled([filled]);
  await Promise.all([opened?.close(), farm?.close()]);
});
