// Bundles both programs, then packs the agent with the packages that its bundle needs beside it, so that it needs nothing but Node: scripts/dist-pack/drover-agent.tgz and its digest beside it.
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { agentBundle, besideAgent, bundleAgent, bundleController } from './bundle.js';
import { packFolder, stageWorkspace } from './stage.js';

const stage = join(packFolder, 'drover-agent');
const archive = join(packFolder, 'drover-agent.tgz');

await Promise.all([bundleAgent(), bundleController()]);
mkdirSync(packFolder, { recursive: true });
rmSync(stage, { recursive: true, force: true });
stageWorkspace({ workspace: '@drover/agent', at: '', into: stage, bundle: { folder: agentBundle, beside: besideAgent } });
await create({ file: archive, cwd: packFolder, gzip: true, portable: true, mtime: new Date(0) }, ['drover-agent']);
rmSync(stage, { recursive: true, force: true });
const digest = createHash('sha256');
await pipeline(createReadStream(archive), digest);
writeFileSync(`${archive}.sha256`, `${digest.digest('hex')}  drover-agent.tgz\n`);
