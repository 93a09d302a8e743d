// `npm run test:simulation`: 100,000 histories of whole farms, each from its seed. `-- --seed N` tells one of them again.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bin, install, requireNode, root, step } from './setup/steps.mjs';

requireNode();
await install();
await step('Compiling', process.execPath, [bin('typescript-7/bin/tsc'), '-b', 'e2e']);
const main = join(root, 'e2e', 'dist', 'simulation', 'runner', 'main.js');
const child = spawn(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
child.on('close', (code) => process.exit(code ?? 1));
