import { assert } from 'chai';
import { endpoints } from '../../testing/work.js';
import { emptyDraft, inputOf } from './endpoint-draft.js';

describe('E3 credentials in the form', () => {
  const draft = emptyDraft(endpoints[0]);

  it('begin empty, and stay as they are when nothing is typed', () => {
    assert.equal(draft.password, '');
    assert.deepEqual(inputOf(draft), { kind: 'git', name: 'git-host', url: 'https://git.example.org', user: 'drover' });
  });

  it('are replaced by what is typed, and removed when ticked', () => {
    assert.deepInclude(inputOf({ ...draft, password: 'new' }), { password: 'new' });
    assert.deepInclude(inputOf({ ...draft, removed: ['password'] }), { password: '' });
  });

  it('of a Git server are not sent for a registry', () =>
    assert.notProperty(inputOf({ ...draft, kind: 'dockerRegistry', privateKey: 'key' }), 'privateKey'));
});
