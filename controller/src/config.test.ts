import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { loadConfig } from './config.js';

describe('O6 the configuration', () => {
  const load = (environment: Record<string, string> = {}, flags = {}) => loadConfig({ flags, environment, root: '/opt/drover' });
  const good = (...given: Parameters<typeof load>) => {
    const loaded = load(...given);
    if (!loaded.ok) throw new Error(loaded.faults.join(' '));
    return loaded.config;
  };

  it('needs nothing', () => {
    const { port, host, dataDir, mongoUri, cookieSecure } = good();
    assert.deepEqual(
      { port, host, dataDir, mongoUri, cookieSecure },
      { port: 7080, host: '0.0.0.0', dataDir: '/opt/drover/.drover/controller', mongoUri: undefined, cookieSecure: false },
    );
  });
  it('takes flags before the environment before the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'drover-config-'));
    const file = join(folder, 'drover.yaml');
    writeFileSync(file, 'port: 1\nhost: 127.0.0.1\nlogLevel: debug\n');
    const { port, host, logLevel } = good({ DROVER_CONFIG: file, DROVER_PORT: '2', DROVER_LOG_LEVEL: 'warn' }, { port: '3' });
    rmSync(folder, { recursive: true });
    assert.deepEqual([port, host, logLevel], [3, '127.0.0.1', 'warn']);
  });
  it('makes the cookie secure where people come by https', () =>
    assert.isTrue(good({ DROVER_PUBLIC_URL: 'https://drover.example.org' }).cookieSecure));
  it('tells all faults at once, each with what it wants', () => {
    const loaded = load({
      DROVER_PORT: '70000',
      DROVER_PUBLIC_URL: 'drover',
      MONGODB_URI: 'http://x',
      DROVER_MASTER_KEY: 'short',
      DROVER_LOG_LEVEL: 'loud',
      DROVER_ZONE: 'Nowhere',
      DROVER_TRUSTED_PROXIES: 'all of them',
      DROVER_COOKIE_SECURE: 'perhaps',
      DROVER_CONFIG: '/nowhere',
    });
    if (loaded.ok) throw new Error('it was taken');
    for (const name of [
      'PORT',
      'PUBLIC_URL',
      'MONGODB_URI',
      'MASTER_KEY',
      'LOG_LEVEL',
      'ZONE',
      'TRUSTED_PROXIES',
      'COOKIE_SECURE',
      '/nowhere',
    ]) {
      assert.isTrue(
        loaded.faults.some((fault) => fault.includes(name)),
        name,
      );
    }
    assert.notInclude(loaded.faults.join(' '), 'short', 'a key is not repeated');
  });
});
