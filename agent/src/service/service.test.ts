import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { settingsOf } from './settings.js';
import { environmentText, unitText } from './unit.js';

/** Variables of Drover's own that sources of the agent name, but for those of tasks, of registration and of tests. */
const others = /^DROVER_(?:AGENT_DATA|TOKEN|CRASH_AT|SEED)$/;
const ofTasks = /^DROVER_(?:ATTEMPT_MARK|GIT_USER|GIT_PASSWORD)$/;

function settingsRead(): ReadonlySet<string> {
  const agent = fileURLToPath(new URL('..', import.meta.url));
  const notes = fileURLToPath(new URL('../../../protocol/src/shared/private-notes.ts', import.meta.url));
  const sources = readdirSync(agent, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/^(?:testing|attempts\/step-environment)\b/.test(path))
    .map((path) => join(agent, path));
  const named = [...sources, notes].flatMap((path) => readFileSync(path, 'utf8').match(/\bDROVER_[A-Z_]*[A-Z]\b/g) ?? []);
  return new Set(named.filter((name) => !others.test(name) && !ofTasks.test(name)));
}

describe('G1 the service of systemd', () => {
  const parts = {
    node: '/usr/bin/node',
    program: '/opt/a b/main.js',
    dataFolder: '/home/x/100%',
    path: '/usr/bin:/bin',
    scope: 'system',
  } as const;

  it('starts the agent with its folder, quoted', () => {
    const text = unitText(parts);
    assert.include(text, 'ExecStart="/usr/bin/node" "/opt/a b/main.js" "start" "--data" "/home/x/100%%"\n');
    assert.include(text, 'WantedBy=multi-user.target');
    assert.include(unitText({ ...parts, scope: 'user' }), 'WantedBy=default.target');
  });

  it('G2 reaches the controller by the same proxy as the shell that installed it, whatever its password is made of', () => {
    assert.equal(
      environmentText({ HTTPS_PROXY: 'http://me:a$b%c"d\\`@proxy:3128', NO_PROXY: 'localhost' }),
      'HTTPS_PROXY="http://me:a\\$b%c\\"d\\\\\\`@proxy:3128"\nNO_PROXY="localhost"\n',
    );
    const text = unitText({ ...parts, environmentFile: '/home/x/100%/service-environment' });
    assert.include(text, 'Environment="PATH=/usr/bin:/bin"\nEnvironmentFile=/home/x/100%%/service-environment\n');
  });

  it('A8 has each setting of the agent that the installing shell has, and no token', () => {
    const settings = settingsRead();
    assert.isAbove(settings.size, 10);
    const shell = Object.fromEntries([...settings].map((name) => [name, name === 'DROVER_AGENT_PASS_ENV' ? 'GOPROXY' : '1']));
    const more = { GOPROXY: 'https://go', https_proxy: 'http://p', GIT_SSL_CERT: '/c', SSL_CERT_FILE: '/d' };
    const secrets = { DROVER_TOKEN: 't', DROVER_AGENT_DATA: '/x', HOME: '/h', AWS_SECRET_ACCESS_KEY: 's', DROVER_AGENT_HIDE: '' };
    assert.deepEqual(settingsOf({ ...shell, ...more }), { ...shell, ...more });
    assert.deepEqual(settingsOf(secrets), {});
  });

  it('drains when it is stopped, comes back after a crash, and stays away when it is not wanted', () => {
    const text = unitText(parts);
    for (const line of ['KillMode=mixed', 'TimeoutStopSec=3600', 'Restart=always', 'RestartPreventExitStatus=3 4 5', 'Delegate=yes'])
      assert.include(text, `${line}\n`);
  });
});
