import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { refused } from '../../../../services/result.js';
import { content, route, type Route } from '../../route.js';
import { installScript } from './install-script.js';

const tag = 'installation';
const noPackage = refused(
  'unavailable',
  'This controller has no packed agent: run “npm run build” beside it, or set DROVER_AGENT_PACKAGE.',
);

/** G1: one line on a build machine fetches the script, which fetches the agent. */
export function installRoutes({ agentPackage }: { readonly agentPackage: string | undefined }): readonly Route[] {
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
      async handler() {
        const found = await packed?.();
        if (!found || agentPackage === undefined) return noPackage;
        return content(200, createReadStream(agentPackage, { end: Math.max(0, found.sizeBytes - 1) }), {
          headers: { 'Content-Length': String(found.sizeBytes), 'X-Checksum-Sha256': found.sha256 },
        });
      },
    }),
  ];
}

interface Packed {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Size and digest of a file, computed anew only when it has changed; undefined when it is not there. */
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
