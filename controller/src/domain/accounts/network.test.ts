import { assert } from 'chai';
import { networkOf } from './network.js';

// prettier-ignore
const cases: ReadonlyArray<readonly [address: string, network: string]> = [
  ['192.0.2.7',                    '192.0.2.7'],
  ['::ffff:192.0.2.7',             '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6',         '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9',       '2001:db8:1:2::/64'],
  ['2001:db8::1',                  '2001:db8:0:0::/64'],
  ['2001:db8:0:0:ffff::',          '2001:db8:0:0::/64'],
  ['::1',                          '0:0:0:0::/64'],
  ['fe80::1%eth0',                 'fe80:0:0:0::/64'],
  ['',                             ''],
];

describe('A5 what counts as one address', () => {
  for (const [address, network] of cases)
    it(`${address || 'none'} → ${network || 'none'}`, () => assert.equal(networkOf(address), network));
});
