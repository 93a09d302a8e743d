// `npm run bench`: what the farm costs and how fast it is, on this machine (docs/benchmarks.md). `-- --help` tells what can be chosen.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { provisionPeer } from './setup/provision.mjs';
import { bin, build, install, requireNode, root, step } from './setup/steps.mjs';

requireNode();
if (process.argv.includes('--peer') || process.argv.includes('--peer=buildbot')) await provisionPeer();
await install();
await build();
await step('Compiling the benchmarks', process.execPath, [bin('typescript-7/bin/tsc'), '-b', 'e2e']);
await import(pathToFileURL(join(root, 'e2e', 'dist', 'bench', 'main.js')).href);
