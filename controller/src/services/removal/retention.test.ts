import { asId, type PipelineId } from '@drover/protocol';
import type { Settings } from '@drover/protocol/api';
import { assert } from 'chai';
import { ManualTime } from '../../adapters/memory/time.js';
import type { LogFields } from '../ports/environment.js';
import type { SettingsStore } from '../ports/settings.js';
import { createSettings } from '../settings/settings.js';
import type { RunToRemove } from './ports.js';
import { announceRetention, expireRuns, type RetentionPorts } from './retention.js';

const dayMs = 86_400_000;
const others = { agentApproval: true, logLimitBytes: 10_000, allowedFolders: [] };
const own = { runs: { days: 30 }, packages: {} };

describe('O4 retention after an upgrade', () => {
  let time: ManualTime;
  let stored: Partial<Settings>;
  let said: LogFields[];
  /** Old runs that the store holds. */
  let old: RunToRemove[];
  const store: SettingsStore = {
    load: async () => stored,
    save: async (settings) => {
      const { retentionFrom } = stored;
      stored = { ...settings, ...(retentionFrom !== undefined && { retentionFrom }) };
    },
    noteRetention: async (retentionFrom) => void (stored = { retentionFrom, ...stored }),
  };
  const settings = createSettings(store);

  beforeEach(() => {
    time = new ManualTime();
    stored = {};
    said = [];
    old = [{ runId: 'r1' } as unknown as RunToRemove];
  });

  const ports = (): RetentionPorts =>
    ({
      removals: { isClosed: false, expire: async () => void (old = []) },
      remains: { expired: async () => old },
      pipelines: { heads: async () => [{ _id: asId<PipelineId>('a') }], byId: async () => undefined },
      settings,
      clock: time,
      log: { info: (_text: string, fields: LogFields) => void said.push(fields) },
    }) as unknown as RetentionPorts;
  const start = () => announceRetention(ports(), store);
  const look = () => expireRuns(ports());

  it('deletes nothing for seven days after the first start, whatever starts come between', async () => {
    const from = time.now() + 7 * dayMs;
    await start();
    await time.advance(60_000);
    assert.equal(await look(), 0);
    await time.advance(5 * dayMs);
    await start();
    await time.advance(2 * dayMs - 60_001);
    assert.equal(await look(), 0);
    assert.equal((await settings.read()).retentionFrom, from);
    await time.advance(1);
    assert.equal(await look(), 1);
  });

  it('says at each start until then from when on it deletes, and what it keeps', async () => {
    const from = new Date(time.now() + 7 * dayMs).toISOString();
    for (const _start of ['first', 'second']) {
      await start();
      await time.advance(3 * dayMs);
    }
    await time.advance(dayMs);
    await start();
    assert.deepEqual(said.slice(0, 2), Array(2).fill({ before: from, days: 365, runs: 10_000 })); // prettier-ignore
    assert.lengthOf(said, 2);
  });

  it('begins at once when an administrator saves the retention settings', async () => {
    await start();
    const { retentionFrom } = await settings.read();
    const saved = await settings.save({ ...others, retention: own, retentionFrom: 0 });
    assert.deepEqual(saved, { ...others, retention: own });
    assert.equal(await look(), 1);
    assert.equal(stored.retentionFrom, retentionFrom, 'a request does not move it');
  });

  it('waits when other settings are saved, also where a version before this one did', async () => {
    await store.save(others);
    await start();
    assert.equal(await look(), 0);
    await settings.save({ ...others, agentApproval: false });
    assert.equal(await look(), 0);
  });

  it('has nothing to wait for or to say where the retention settings were saved before', async () => {
    await store.save({ ...others, retention: own });
    await start();
    assert.deepEqual(said, []);
    assert.equal(await look(), 1);
  });
});
