// `npm run store -- --data DIR`: the embedded store alone.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, requireNode, root } from './setup/steps.mjs';

requireNode();
await install();
await build();
await import(pathToFileURL(join(root, 'controller', 'embedded-store', 'dist', 'cli.js')).href);
