import { assert } from 'chai';
import { foldStages } from './strip-fold.js';

const stages = (total: number, active: number) =>
  Array.from({ length: total }, (_, index) => ({
    key: `s${index}`,
    status: index < active ? 'succeeded' : index === active ? 'running' : 'notRun',
  }));
const drawn = (total: number, active: number): string =>
  foldStages(stages(total, active))
    .map((part) => (part.type === 'stage' ? part.stage.key : `+${part.count}`))
    .join(' ');

describe('the stage strip', () => {
  it('shows up to 8 stages', () => assert.equal(drawn(8, 2), 's0 s1 s2 s3 s4 s5 s6 s7'));
  it('shows the first three, the active one with its neighbours, and the last', () =>
    assert.equal(drawn(14, 7), 's0 s1 s2 +3 s6 s7 s8 +4 s13'));
  it('has one fold when the active one is near the beginning', () => assert.equal(drawn(12, 1), 's0 s1 s2 +8 s11'));
  it('never loses a stage, whatever is active', () => {
    for (let active = -1; active < 20; active += 1) {
      const parts = foldStages(stages(20, active));
      assert.equal(
        parts.reduce((sum, part) => sum + (part.type === 'stage' ? 1 : part.count), 0),
        20,
      );
    }
  });
});
