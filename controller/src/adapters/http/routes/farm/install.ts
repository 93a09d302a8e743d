import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { networkOf } from '../../../../domain/accounts/network.js';
import { OpenLimit, type OpenBounds } from '../../../../services/open-limit.js';
import { refused } from '../../../../services/result.js';
import { content, route, type Route } from '../../route.js';
import { installScript } from './install-script.js';

const tag = 'installation';
const noPackage = refused(
  'unavailable',
  'This controller has no packed agent: run “npm run build” beside it, or set DROVER_AGENT_PACKAGE.',
);

/** Downloads at once: each holds a file and a connection. Of one address many, since build machines share one. */
const downloadBounds: OpenBounds = { all: 256, ofOne: 32 };
/** A client that takes longer than this for some megabytes holds its place for nothing. */
const downloadWithinMs = 600_000;
const retryAfterSeconds = 3;
const tooManyDownloads = {
  full: refused('unavailable', `Too many downloads of the agent are under way; try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  }),
  fullForOne: refused(
    'tooManyRequests',
    `Too many downloads of the agent from this address are under way; try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  ),
} as const;

export interface InstallRouteParts {
  readonly agentPackage: string | undefined;
  readonly downloadBounds?: OpenBounds;
  readonly downloadWithinMs?: number;
}

/** G1: one line on a build machine fetches the script, which fetches the agent. */
export function installRoutes({ agentPackage, ...limits }: InstallRouteParts): readonly Route[] {
  const downloads = new OpenLimit(limits.downloadBounds ?? downloadBounds);
  const packed = agentPackage === undefined ? undefined : createDigestOf(agentPackage);
  return [
    route({
      method: 'GET',
      path: '/install/agent.sh',
      operationId: 'agentInstallScript',
      summary: 'Script that installs and registers an agent: curl -fsSL …/install/agent.sh | DROVER_TOKEN=… sh -s --',
      tag,
      access: 'public',
      responses: { 200: { contentType: 'text/x-shellscript' } },
      async handler({ origin }) {
        const found = await packed?.();
        if (!found) return noPackage;
        return content(200, installScript({ url: origin, sha256: found.sha256 }), {
          contentType: 'text/x-shellscript; charset=utf-8',
        });
      },
    }),
    route({
      method: 'GET',
      path: '/install/drover-agent.tgz',
      operationId: 'agentPackage',
      summary: 'The agent, packed',
      tag,
      access: 'public',
      responses: { 200: { contentType: 'application/gzip' } },
      async handler({ address, signal }) {
        const found = await packed?.();
        if (!found || agentPackage === undefined) return noPackage;
        const download = downloads.open(networkOf(address));
        if (!download.ok) return tooManyDownloads[download.reason];
        whenAborted(signal, download.close); // by its end, too
        const bytes = createReadStream(agentPackage, { end: Math.max(0, found.sizeBytes - 1) });
        const slow = setTimeout(() => bytes.destroy(new Error('the download took too long')), limits.downloadWithinMs ?? downloadWithinMs);
        bytes.once('close', () => clearTimeout(slow));
        return content(200, bytes, {
          headers: { 'Content-Length': String(found.sizeBytes), 'X-Checksum-Sha256': found.sha256 },
        });
      },
    }),
  ];
}

function whenAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}

interface Packed {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Size and digest of a file, computed again only when it has changed; undefined when it is not there. */
function createDigestOf(path: string): () => Promise<Packed | undefined> {
  let known: { readonly changedAt: number; readonly sizeBytes: number; readonly packed: Promise<Packed> } | undefined;
  return async () => {
    const facts = await stat(path).catch(() => undefined);
    if (!facts?.isFile()) return undefined;
    if (known?.changedAt !== facts.mtimeMs || known.sizeBytes !== facts.size)
      known = { changedAt: facts.mtimeMs, sizeBytes: facts.size, packed: digestOf(path, facts.size) };
    return known.packed;
  };
}

async function digestOf(path: string, sizeBytes: number): Promise<Packed> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sha256: hash.digest('hex'), sizeBytes };
}
