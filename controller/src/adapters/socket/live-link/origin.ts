import type { IncomingHttpHeaders } from 'node:http';

/** Whether a page of this site opened the socket: its cookie alone proves nothing, as any page's socket carries it. */
export function isOwnOrigin({ origin, host }: IncomingHttpHeaders, publicOrigin: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  return origin === publicOrigin || new URL(origin).host === host;
}
