// `npm run images`: builds everything and lays out what the Dockerfiles copy.
import { join } from 'node:path';
import { build, install, requireNode, root, step } from './setup/steps.mjs';

requireNode();
await install();
await build();
await step('Laying out the images', process.execPath, [join(root, 'scripts', 'dist', 'images', 'main.js')]);
