import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { root } from '../pack/root.js';
import { startSettings } from './controller.js';

describe('the controller', () => {
  it('is started by its image as by npm start', () => {
    const dockerfile = readFileSync(join(root, 'controller', 'Dockerfile'), 'utf8');
    const [, command = '[]'] = /^CMD (.*)$/m.exec(dockerfile) ?? [];
    const { nodeArguments, environment } = startSettings(root);
    assert.deepEqual(JSON.parse(command), ['node', ...nodeArguments, '/opt/drover/controller/dist/main.js']);
    for (const [name, value] of Object.entries(environment)) assert.include(dockerfile, `${name}=${value}`);
  });
});
