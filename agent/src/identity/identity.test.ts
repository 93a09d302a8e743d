import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { testAgentId } from '../testing/fake-controller.js';
import { freshFolder } from '../testing/folders.js';
import { IdentityFault, readIdentity, removeIdentity, writeIdentity, type Identity } from './identity.js';

const identity: Identity = {
  url: 'https://farm.example.com',
  agentId: testAgentId,
  token: 'machine-token',
  name: 'ox',
  labels: ['fast'],
  slots: 3,
};

describe('G1 the stored identity', () => {
  const folder = freshFolder();

  it('comes back as it was stored, for its owner alone', async () => {
    const data = join(folder.path, 'data');
    await mkdir(data, { mode: 0o755 });
    await writeIdentity(data, identity);
    assert.deepEqual(await readIdentity(data), identity);
    assert.equal((await stat(join(data, 'identity.json'))).mode & 0o777, 0o600);
    assert.equal((await stat(data)).mode & 0o777, 0o700);
  });

  it('is nothing where there was no registration, and after it was removed', async () => {
    assert.isUndefined(await readIdentity(folder.path));
    await writeIdentity(folder.path, identity);
    await removeIdentity(folder.path);
    assert.isUndefined(await readIdentity(folder.path));
  });

  it('is refused by name when the file is spoilt', async () => {
    for (const text of ['{"url":1}', '{"url"', '', 'null']) {
      await writeFile(join(folder.path, 'identity.json'), text);
      const error: unknown = await readIdentity(folder.path).catch((fault: unknown) => fault);
      assert.instanceOf(error, IdentityFault);
      assert.match(error.message, /identity\.json is not an identity/);
    }
  });
});
