import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { root } from '../pack/root.js';
import { nodeArguments } from './controller.js';

describe('the controller', () => {
  it('is started by its image as by npm start', () => {
    const dockerfile = readFileSync(join(root, 'controller', 'Dockerfile'), 'utf8');
    const [, command = '[]'] = /^CMD (.*)$/m.exec(dockerfile) ?? [];
    assert.deepEqual(JSON.parse(command), ['node', ...nodeArguments(root), '/opt/drover/controller/dist/main.js']);
  });
});
