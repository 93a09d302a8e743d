// `npm run bench`: what the farm costs and how fast it is, on this machine (docs/benchmarks.md). `-- --help` tells what can be chosen.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, requireNode, root } from './setup/steps.mjs';

requireNode();
await install();
await build();
await import(pathToFileURL(join(root, 'e2e', 'dist', 'bench', 'main.js')).href);
