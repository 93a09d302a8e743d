import type { Settings } from '@drover/protocol/api';
import { assert } from 'chai';
import { draftOf, settingsOf } from './settings-draft.js';

const retention = { runs: { days: 365, runs: 10_000 }, packages: {} };
const before: Settings = { agentApproval: false, logLimitBytes: 100_000_000, allowedFolders: ['/srv'], retention };
const waiting: Settings = { ...before, retentionFrom: 7 };

describe('O4 the draft of the settings', () => {
  it('saves other settings without the retention that nobody has saved yet', () => {
    const { retention: _default, ...others } = before;
    assert.deepEqual(settingsOf({ ...draftOf(waiting), approval: true }, waiting), { ...others, agentApproval: true });
  });

  it('saves retention once a field of it has changed, also to no limit', () => {
    const changed = settingsOf({ ...draftOf(waiting), runDays: '' }, waiting);
    assert.deepEqual(changed.retention, { runs: { runs: 10_000 }, packages: {} });
    assert.notProperty(changed, 'retentionFrom');
  });

  it('saves retention again where it was saved before, so that it is not lost', () => {
    assert.deepEqual(settingsOf({ ...draftOf(before), approval: true }, before), { ...before, agentApproval: true });
  });
});
