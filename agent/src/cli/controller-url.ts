import { CliFault } from './cli-fault.js';

/** The address of a controller as `--url` gives it, without a slash at its end. */
export function parseControllerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CliFault(`--url has to be the address of the controller, such as https://drover.example.com; ${text} is none.`);
  if (url.username !== '' || url.password !== '') throw new CliFault('--url may not hold a user or password.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
