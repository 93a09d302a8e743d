import { assert } from 'chai';
import { paths } from '../app/paths.js';
import { editorAddresses, type EditorTab } from './tabs.js';

describe('moving between the tabs of an editor', () => {
  const stored = editorAddresses((tab) => paths.edit('p1', tab === 'workflow' ? undefined : tab));
  const fresh = editorAddresses((tab: EditorTab) => `/pipelines/new${tab === 'basics' ? '' : `/${tab}`}?copy=p1`);

  it('is no leaving, also to the first tab by its name', () => {
    for (const rest of ['', '/basics', '/sources', '/workflow', '/parameters', '/yaml']) {
      assert.isTrue(stored.has(`/pipelines/p1/edit${rest}`), rest);
      assert.isTrue(fresh.has(`/pipelines/new${rest}`), rest);
    }
  });

  it('is leaving where another page is gone to', () => {
    for (const other of ['/pipelines/p1', '/pipelines/p2/edit', '/pipelines/p1/edit/other', '/pipelines/new'])
      assert.isFalse(stored.has(other));
  });
});
