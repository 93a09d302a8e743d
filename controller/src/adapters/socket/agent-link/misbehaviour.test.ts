import { asId, type AgentId } from '@drover/protocol';
import { assert } from 'chai';
import { Misbehaviour } from './misbehaviour.js';

const agent = asId<AgentId>('01arz3ndektsv4rrffq69g5fav');

describe('G13 agents whose invalid messages closed their connection', () => {
  it('are kept out longer each time, up to a minute, and start afresh after some time', () => {
    let now = 0;
    const misbehaviour = new Misbehaviour(() => now);
    const exclusions = Array.from({ length: 9 }, () => misbehaviour.exclude(agent));
    assert.deepEqual(exclusions, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    assert.isTrue(misbehaviour.isExcluded(agent));
    now = 60_001;
    assert.isFalse(misbehaviour.isExcluded(agent));
    now = 700_000;
    assert.isFalse(misbehaviour.isExcluded(agent));
    assert.equal(misbehaviour.exclude(agent), 1_000);
  });
});
