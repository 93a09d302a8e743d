import { assert } from 'chai';
import { safeReturn } from './safe-return.js';

describe('A1 where signing in leads', () => {
  // prettier-ignore
  const cases: readonly (readonly [to: string | null, leads: string])[] = [
    ['/projects?new', '/projects?new'], [null, '/pipelines'], ['https://elsewhere.example', '/pipelines'], ['//elsewhere.example', '/pipelines'], ['/\\elsewhere.example', '/pipelines'], ['/sign-in', '/pipelines'],
  ];
  for (const [to, leads] of cases) it(`takes ${String(to)} to ${leads}`, () => assert.equal(safeReturn(to), leads));
});
