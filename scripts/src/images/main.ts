// `npm run images`: lays out what the Dockerfiles copy (the controller with its dashboard, beside the agent's package). Then: docker compose build.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { besideController, controllerBundle } from '../pack/bundle.js';
import { root } from '../pack/root.js';
import { packFolder, stageWorkspace } from '../pack/stage.js';

const target = join(packFolder, 'controller');
rmSync(target, { recursive: true, force: true });
stageWorkspace({
  workspace: '@drover/controller',
  at: 'controller',
  into: target,
  bundle: { folder: controllerBundle, beside: besideController },
});
cpSync(join(root, 'web', 'dist', 'app'), join(target, 'web', 'dist', 'app'), { recursive: true });
mkdirSync(join(packFolder, 'empty'), { recursive: true });
