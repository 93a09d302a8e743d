import { OutgoingFault } from '@drover/protocol/outgoing';
import { assert } from 'chai';
import { createAddressCheck, isForbiddable, type AddressRules } from './address-rules.js';
import { createGate, forbiddenSentence } from './gate.js';

const all: AddressRules = { forbidden: ['loopback', 'private', 'linkLocal'], allowed: [] };
const own = () => ['203.0.113.7'];

describe('addresses that the controller may not connect to', () => {
  // prettier-ignore
  const forbidden = [
    '127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '::1', '::', '203.0.113.7', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1',
    '100.100.100.200', '192.0.0.8', '198.18.0.1', 'fc00::1', 'fd00:ec2::254', 'fec0::1', '169.254.169.254', '168.63.129.16', 'fe80::1', 'fe80::1%eth0', '224.0.0.1',
    '255.255.255.255', 'ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::FFFF:10.0.0.1', '::127.0.0.1', '::ffff:0:169.254.169.254', '64:ff9b::10.0.0.1',
    '64:ff9b:1::7f00:1', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:7f00:1::', '2001:0:1:1::80ff:fffe', '2001:db8::5efe:10.0.0.1', '2001:db8::200:5efe:10.0.0.1',
    '0:0:0:0:0:ffff:7f00:0001', '0000:0000:0000:0000:0000:0000:0000:0001', 'no address', '', '127.1',
  ];
  for (const address of forbidden) it(`forbids ${address}`, () => assert.isFalse(createAddressCheck(all, own)?.allowsAddress(address)));

  // prettier-ignore
  const allowed = ['1.1.1.1', '172.15.255.255', '172.32.0.1', '100.128.0.1', '192.0.2.1', '169.253.0.1', '2606:4700::1111', '2002:101:101::', '64:ff9b::1.1.1.1', '::ffff:1.1.1.1'];
  for (const address of allowed) it(`allows ${address}`, () => assert.isTrue(createAddressCheck(all, own)?.allowsAddress(address)));

  it('are only those of the setting', () => {
    const check = createAddressCheck({ forbidden: ['linkLocal', '192.0.2.0/24', '2001:db8::1'], allowed: [] }, own);
    const answers = ['127.0.0.1', '10.0.0.1', '169.254.1.1', '192.0.2.9', '2001:db8::1', '2001:db8::2'].map((one) =>
      check?.allowsAddress(one),
    );
    assert.deepEqual(answers, [true, true, false, false, false, true]);
  });

  it('are none when nothing is set', () => assert.isUndefined(createAddressCheck({ forbidden: [], allowed: ['10.0.0.1'] }, own)));

  it('have exceptions by address, subnet and name', () => {
    const check = createAddressCheck({ ...all, allowed: ['10.1.0.0/16', 'Git.Example.org', '*.corp.example'] }, own);
    assert.deepEqual(
      ['10.1.2.3', '::ffff:10.1.2.3', '10.2.0.1'].map((one) => check?.allowsAddress(one)),
      [true, true, false],
    );
    const hosts = ['git.example.org', 'GIT.example.org.', 'evilgit.example.org', 'a.corp.example', 'corp.example', 'acorp.example'];
    assert.deepEqual(
      hosts.map((host) => check?.allowsHost(host)),
      [true, true, false, true, false, false],
    );
  });

  it('are named in the setting by words, addresses and subnets', () => {
    const entries = [
      'private',
      'loopback',
      'linkLocal',
      '10.0.0.0/8',
      '::1',
      'fd00::/8',
      'public',
      '10.0.0.0/33',
      '10.0.0',
      'fe80::1%eth0',
      '1.1.1.1/8/9',
      'toString',
    ];
    assert.deepEqual(entries.map(isForbiddable), [true, true, true, true, true, true, false, false, false, false, false, false]);
  });
});

describe('the gate of outgoing connections', () => {
  const resolve = (host: string) =>
    host === 'both.test'
      ? Promise.resolve([
          { address: '10.0.0.1', family: 4 },
          { address: '1.1.1.1', family: 4 },
        ])
      : host === 'inner.test'
        ? Promise.resolve([{ address: '10.0.0.1', family: 4 }])
        : Promise.reject(new Error('ENOTFOUND'));
  const sentence = (host: string, rules = all): Promise<string> =>
    Promise.resolve(createGate(rules, resolve)?.(host)).then(
      (found) => (found ?? []).map(({ address }) => address).join(),
      (error: unknown) => (error instanceof OutgoingFault ? error.message : String(error)),
    );

  it('says the same of what is forbidden and of what is not there', async () => {
    const said = await Promise.all(['inner.test', 'nowhere.test', ''].map((host) => sentence(host)));
    assert.deepEqual([...new Set(said)], [forbiddenSentence]);
  });

  it('lets only the allowed addresses of a name through', async () => assert.equal(await sentence('both.test'), '1.1.1.1'));

  it('lets a name through that is excepted', async () =>
    assert.equal(await sentence('inner.test', { ...all, allowed: ['inner.test'] }), '10.0.0.1'));

  for (const host of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '2130706433', '0177.0.0.1', '0x7f.1', '127.1', 'localhost'])
    it(`forbids ${host}, by the system’s resolver`, async () => {
      const fault: unknown = await createGate(all)?.(host).catch((error: unknown) => error);
      assert.instanceOf(fault, OutgoingFault);
    });
});
