import { assert } from 'chai';
import { ApiError, errorAt, errorBeside, problemOf } from './problem.js';

const refusal = problemOf(
  { status: 400, statusText: 'Bad Request' },
  {
    type: 'about:blank',
    title: 'Invalid',
    status: 400,
    code: 'invalidInput',
    detail: 'The name is not right.',
    errors: [{ path: '/name', message: 'is taken' }],
    requestId: 'req-1',
  },
);

describe('refusals of the controller', () => {
  it('stand at their field by its JSON pointer', () => {
    assert.equal(errorAt(refusal, '/name'), 'is taken');
    assert.isUndefined(errorAt(refusal, '/url'));
  });

  it('stand beside the form only if a field does not show them', () => {
    assert.isUndefined(errorBeside(refusal, ['/name']));
    assert.equal(errorBeside(refusal, ['/url']), 'The name is not right.');
    assert.isUndefined(errorBeside(null, []));
  });

  it('are understood also when a proxy answered', () => {
    const unknown = problemOf({ status: 502, statusText: 'Bad Gateway' }, '<html>');
    assert.deepInclude(unknown, { code: 'unavailable', status: 502, detail: '502 Bad Gateway' });
    assert.instanceOf(unknown, ApiError);
  });
});
