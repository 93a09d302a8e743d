import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { baseEnvironment } from '../attempts/step-environment.js';
import { gitEnvironment } from './git-environment.js';

describe('G2 the environment of the agent’s own Git', () => {
  let folder = '';
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'drover-git-environment-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  const machine = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://me:secret@proxy:3128',
    HTTP_PROXY: 'http://proxy:3128',
    NO_PROXY: '*.corp.example',
    GIT_SSL_CERT: '/etc/me.pem',
    GIT_SSL_KEY: '/etc/me.key',
    GIT_PROXY_SSL_CERT: '/etc/p.pem',
    GIT_DIR: '/x',
    AWS_SECRET_ACCESS_KEY: 's',
  };

  it('has proxies with their passwords and keys of GIT_SSL_*, as curl wants them; a step has neither', async () => {
    const no_proxy = '.corp.example,localhost,127.0.0.0/8,127.0.0.1,::1';
    assert.deepEqual(await gitEnvironment(machine, { authorities: [], folder }), {
      PATH: '/bin',
      LANG: 'C.UTF-8',
      HTTPS_PROXY: 'http://me:secret@proxy:3128',
      https_proxy: 'http://me:secret@proxy:3128',
      HTTP_PROXY: 'http://proxy:3128',
      http_proxy: 'http://proxy:3128',
      NO_PROXY: no_proxy,
      no_proxy,
      GIT_SSL_CERT: '/etc/me.pem',
      GIT_SSL_KEY: '/etc/me.key',
      GIT_PROXY_SSL_CERT: '/etc/p.pem',
    });
    assert.hasAllKeys(baseEnvironment(machine), ['PATH', 'LANG', 'HTTP_PROXY', 'NO_PROXY']);
  });

  it('trusts the authorities of the setting beside those of the machine’s own file', async () => {
    const own = join(folder, 'own.pem');
    await writeFile(own, 'own authority');
    const environment = await gitEnvironment({ ...machine, GIT_SSL_CAINFO: own }, { authorities: ['more'], folder });
    assert.equal(await readFile(environment['GIT_SSL_CAINFO'] ?? '', 'utf8'), 'own authority\nmore\n');
    assert.equal(environment['GIT_PROXY_SSL_CAINFO'], environment['GIT_SSL_CAINFO']);
  });
});
