import { assert } from 'chai';
import { addStep, checkJob, copyStep, moveStep, removeStep } from './edit.js';
import { blankJob, jobPresets } from './presets.js';

describe('J1 jobs in the editor', () => {
  it('offers presets that have no problem of their own (J4)', () => {
    for (const [name, preset] of Object.entries(jobPresets)) assert.deepEqual(checkJob(preset), [], name);
  });

  it('names the place of what is missing', () => {
    assert.deepEqual(
      checkJob(addStep(blankJob, 'uploadPackage', 'Upload')).map(({ path, code }) => `${path} ${code}`),
      ['/name nameNeeded', '/steps/0/script valueNeeded', '/steps/1/files valueNeeded', '/steps/1/package valueNeeded'],
    );
  });

  it('keeps the names of steps distinct', () => {
    const job = copyStep(addStep(blankJob, 'shell', 'Build'), 0);
    assert.deepEqual(
      job.steps.map(({ name }) => name),
      ['Build', 'Build 3', 'Build 2'],
    );
  });

  it('moves and removes steps', () => {
    const job = addStep(addStep(blankJob, 'shell', 'Test'), 'checkout', 'Check out');
    assert.deepEqual(
      moveStep(job, 2, 0).steps.map(({ name }) => name),
      ['Check out', 'Build', 'Test'],
    );
    assert.deepEqual(
      removeStep(moveStep(job, 2, 0), 1).steps.map(({ name }) => name),
      ['Check out', 'Test'],
    );
  });
});
