import { assert } from 'chai';
import { proxiesForCurl, proxyFor, proxySecrets } from './proxies.js';

const all = { http_proxy: 'http://p:1', https_proxy: 'http://p:2' };

describe('G2 the proxy for an address', () => {
  // prettier-ignore
  const cases: Array<[title: string, address: string, environment: Record<string, string>, proxy: string | undefined]> = [
    ['http',                             'http://farm.test:7080/x',   all,                                        'p:1'],
    ['https',                            'https://farm.test/',        all,                                        'p:2'],
    ['a WebSocket',                      'ws://farm.test/',           all,                                        'p:1'],
    ['a secure WebSocket',               'wss://farm.test/',          all,                                        'p:2'],
    ['capitals',                         'http://farm.test/',         { HTTP_PROXY: 'http://c:1' },               'c:1'],
    ['both: small letters win',          'http://farm.test/',         { ...all, HTTP_PROXY: 'http://c:1' },       'p:1'],
    ['ALL_PROXY',                        'https://farm.test/',        { ALL_PROXY: 'http://a:3128' },             'a:3128'],
    ['no scheme',                        'http://farm.test/',         { http_proxy: 'p:3128' },                   'p:3128'],
    ['a user',                           'http://farm.test/',         { http_proxy: 'http://me:secret@p:3128' },  'p:3128'],
    ['IPv6',                             'http://farm.test/',         { http_proxy: 'http://[::1]:3128' },        '[::1]:3128'],
    ['an empty one is none',             'http://farm.test/',         { http_proxy: '', HTTP_PROXY: '' },         undefined],
    ['localhost',                        'http://localhost:7080/',    all,                                        undefined],
    ['a name below localhost',           'http://a.localhost/',       all,                                        undefined],
    ['127.0.0.1',                        'http://127.0.0.1:7080/',    all,                                        undefined],
    ['127.9.9.9',                        'http://127.9.9.9/',         all,                                        undefined],
    ['::1',                              'http://[::1]:7080/',        all,                                        undefined],
    ['mapped loopback',                  'http://[::ffff:127.0.0.1]/', all,                                       undefined],
    ['a name that only begins so',       'http://localhost.evil.test/', all,                                      'p:1'],
    ['NO_PROXY, that name',              'http://farm.test/',         { ...all, NO_PROXY: 'a, farm.test' },       undefined],
    ['NO_PROXY, a domain above',         'http://a.farm.test/',       { ...all, NO_PROXY: 'farm.test' },          undefined],
    ['NO_PROXY, with a dot',             'http://a.farm.test/',       { ...all, no_proxy: '.farm.test' },         undefined],
    ['NO_PROXY, with a star',            'http://a.farm.test/',       { ...all, no_proxy: '*.farm.test' },        undefined],
    ['NO_PROXY, another ending',         'http://bigfarm.test/',      { ...all, no_proxy: 'farm.test' },          'p:1'],
    ['NO_PROXY, everything',             'http://farm.test/',         { ...all, no_proxy: '*' },                  undefined],
    ['NO_PROXY, its port',               'http://farm.test:7080/',    { ...all, no_proxy: 'farm.test:7080' },     undefined],
    ['NO_PROXY, another port',           'http://farm.test/',         { ...all, no_proxy: 'farm.test:7080' },     'p:1'],
    ['NO_PROXY, capitals',               'http://FARM.test/',         { ...all, no_proxy: 'Farm.TEST' },          undefined],
    ['NO_PROXY, a subnet',               'http://10.1.2.3/',          { ...all, no_proxy: '10.0.0.0/8' },         undefined],
    ['NO_PROXY, another subnet',         'http://11.1.2.3/',          { ...all, no_proxy: '10.0.0.0/8' },         'p:1'],
    ['NO_PROXY, an IPv6 address',        'http://[fd00::1]:80/',      { ...all, no_proxy: 'fd00::1' },            undefined],
    ['NO_PROXY, an IPv6 one in brackets','http://[fd00::1]:7080/',    { ...all, no_proxy: '[fd00::1]:7080' },     undefined],
    ['NO_PROXY, an IPv6 subnet',         'http://[fd00::1]/',         { ...all, no_proxy: 'fd00::/8' },           undefined],
    ['NO_PROXY, nonsense',               'http://10.0.0.1/',          { ...all, no_proxy: '10.0.0.0/99,/,:,[' },  'p:1'],
  ];
  for (const [title, address, environment, proxy] of cases)
    it(`${title}: ${proxy ?? 'none'}`, () => assert.equal(proxyFor(new URL(address), environment)?.name, proxy));

  for (const http_proxy of ['socks5://me:secret@p:1080', 'http://me:secret@', '://'])
    it(`refuses ${http_proxy.replace(/secret/, '…')} without telling its password`, () =>
      assert.throws(() => proxyFor(new URL('http://farm.test/'), { http_proxy }), /^the environment names a proxy(?!.*secret)/));

  it('gives curl no address that it would print because it cannot understand it', () => {
    const environment = { PATH: '/bin', HTTP_PROXY: 'me:p#w@p:3', https_proxy: 'p:2' };
    const { http_proxy, HTTP_PROXY, https_proxy, PATH } = proxiesForCurl(environment);
    const invalid = 'http://proxy-address-is-not-valid.invalid:9';
    assert.deepEqual([http_proxy, HTTP_PROXY, https_proxy, PATH], [invalid, invalid, 'p:2', '/bin']);
  });

  it('knows what of the addresses must not be seen', () => {
    const environment = { HTTPS_PROXY: 'http://me:a%40b@p:1', http_proxy: 'http://p:2', ALL_PROXY: 'me:p#w@p:3', no_proxy: 'x' };
    assert.deepEqual(proxySecrets(environment), ['a%40b', 'a@b', Buffer.from('me:a@b').toString('base64'), 'me:p#w@p:3']);
  });
});
