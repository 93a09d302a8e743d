// `npm run build`: everything that `npm start` would build.
import { build, install, requireNode } from './setup/steps.mjs';

requireNode();
await install();
await build();
