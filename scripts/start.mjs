// `npm start`: set-up, then the farm.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build, install, requireNode, root } from './setup/steps.mjs';

requireNode();
if (!process.argv.includes('--help')) {
  await install();
  await build();
}
const { existsSync } = await import('node:fs');
const main = join(root, 'scripts', 'dist', 'start', 'main.js');
if (!existsSync(main)) {
  await install();
  await build();
}
await import(pathToFileURL(main).href);
