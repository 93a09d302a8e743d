// `npm run store:spec -- FOLDER`: MongoDB's published CRUD specification tests against the embedded store.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, requireNode, root } from './setup/steps.mjs';

requireNode();
await install();
await build();
await import(pathToFileURL(join(root, 'controller', 'embedded-store', 'dist', 'testing', 'crud-spec', 'main.js')).href);
