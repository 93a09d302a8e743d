import { expect } from 'chai';
import { createMasker, maskString, maskText } from './masker.js';
import { secretForms } from './secret-forms.js';

/** The same promise, written the slow and obvious way. */
function naive(data: Buffer, secrets: readonly string[]): Buffer {
  const covered = new Uint8Array(data.length + 1);
  // a place counts as joined when two ranges touch or overlap there
  const begins = new Set<number>();
  for (const form of secrets.flatMap(secretForms)) {
    for (let at = data.indexOf(form); at >= 0; at = data.indexOf(form, at + 1)) {
      begins.add(at);
      covered.fill(1, at, at + form.length);
    }
  }
  const out: Buffer[] = [];
  for (let at = 0; at < data.length; at += 1) {
    if (covered[at] === 0) out.push(data.subarray(at, at + 1));
    else if (at === 0 || covered[at - 1] === 0) out.push(Buffer.from(maskText));
  }
  return Buffer.concat(out);
}

function maskIn(pieces: readonly Buffer[], secrets: readonly string[]): string {
  const masker = createMasker(secrets);
  return Buffer.concat([...pieces.map((piece) => masker.push(piece)), masker.flush()]).toString('latin1');
}

/** A small repeatable generator (xorshift): a failure can be run again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

describe('P3 secrets are masked', () => {
  const secret = 'p@ss wörd/+"1';
  // prettier-ignore
  const forms: ReadonlyArray<readonly [title: string, shown: string]> = [
    ['as they are',                 secret],
    ['in base64',                   Buffer.from(secret).toString('base64')],
    ['in base64 after one byte',    Buffer.from(`u${secret}`).toString('base64')],
    ['in base64 after a user name', Buffer.from(`me:${secret}`).toString('base64')],
    ['in base64 amidst text',       Buffer.from(`user:${secret}:more`).toString('base64')],
    ['in base64 for addresses',     Buffer.from(`>?>${secret}`).toString('base64url')],
    ['URL-encoded',                 encodeURIComponent(secret)],
    ['URL-encoded in lower case',   encodeURIComponent(secret).replace(/%../g, (text) => text.toLowerCase())],
    ['in a form',                   new URLSearchParams({ x: secret }).toString().slice(2)],
    ['in JSON',                     JSON.stringify(secret).slice(1, -1)],
  ];
  for (const [title, shown] of forms) {
    it(title, () => {
      const masked = maskString(`before ${shown} after`, [secret]);
      expect(masked.startsWith('before ')).to.equal(true);
      expect(masked.endsWith(' after')).to.equal(true);
      expect(masked).to.contain(maskText);
      // in base64 the outermost characters belong to neighbours as well
      expect(masked.replace(maskText, '').length).to.be.at.most('before  after'.length + 16);
    });
  }

  it('in base64 that is broken into lines, wherever it begins', () => {
    const broken = (text: string, columns: number) =>
      (
        Buffer.from(text)
          .toString('base64')
          .match(new RegExp(`.{1,${columns}}`, 'g')) ?? []
      ).join('\n');
    const token = Array.from({ length: 90 }, (_, index) => String.fromCharCode(33 + ((index * 31) % 90))).join('');
    const long = token.repeat(12);
    for (const columns of [64, 76]) {
      for (const before of ['', 'me:', 'some-longer-user:', 'x'.repeat(70)]) {
        const shown = broken(`${before}${token}`, columns);
        const wanted = broken(before, columns).length + maskText.length;
        expect(maskString(shown, [token]).length, `${columns} ${before}`).to.be.within(maskText.length, wanted + 4);
      }
      expect(maskString(broken(`${long}\n`, columns), [long]).length).to.be.at.most(maskText.length + 4);
    }
  });

  it('as a shell shows them with set -x', () => {
    expect(maskString("+ echo 'it'\\''s me'", ["it's me"])).to.equal(`+ echo '${maskText}'`);
  });

  it('line by line when they have several lines', () => {
    const key = '-----BEGIN KEY-----\nabcdefgh\nxyz\n-----END KEY-----\n';
    expect(maskString('a abcdefgh b', [key])).to.equal(`a ${maskText} b`);
    expect(maskString(`a\n${key}b`, [key])).to.match(new RegExp(`^a\n${maskText}\n?b$`));
    expect(maskString('xyz', [key])).to.equal('xyz');
  });

  it('leaves secrets under three bytes alone', () => expect(maskString('a 12 b', ['12', ''])).to.equal('a 12 b'));

  it('masks overlapping and touching secrets as one', () => {
    expect(maskString('xabcdefx', ['abcd', 'cdef'])).to.equal(`x${maskText}x`);
    expect(maskString('xabcabcx', ['abc'])).to.equal(`x${maskText}x`);
    expect(maskString('xabcdefx', ['cde', 'abcdef'])).to.equal(`x${maskText}x`);
  });

  it('split at any place, in two and in three', () => {
    const data = Buffer.from(`say ${secret}, ${secret}${secret} and ${Buffer.from(secret).toString('base64')}!`);
    const secrets = [secret]; // prepared once
    const wanted = maskIn([data], secrets);
    expect(wanted).to.equal(naive(data, secrets).toString('latin1'));
    for (let first = 0; first <= data.length; first += 1) {
      for (let second = first; second <= data.length; second += 1) {
        const pieces = [data.subarray(0, first), data.subarray(first, second), data.subarray(second)];
        expect(maskIn(pieces, secrets) === wanted, `split at ${first} and ${second}`).to.equal(true);
      }
    }
  });

  it('agrees with the slow way on any text, secrets and splits', () => {
    const next = generator(20_26);
    const word = (length: number) => Array.from({ length }, () => 'abc'[next(3)]).join('');
    for (let round = 0; round < 1_000; round += 1) {
      const secrets = Array.from({ length: 1 + next(4) }, () => word(3 + next(6)));
      const data = Buffer.from(word(next(80)));
      const pieces: Buffer[] = [];
      for (let at = 0; at < data.length;) {
        const size = 1 + next(7);
        pieces.push(data.subarray(at, at + size));
        at += size;
      }
      const masked = maskIn(pieces, secrets);
      expect(masked === naive(data, secrets).toString('latin1'), `round ${round}: ${data.toString()} ${secrets.join()}`).to.equal(true);
    }
  });

  it('holds back nothing that cannot become a secret', () => {
    const masker = createMasker(['secret']);
    expect(masker.push(Buffer.from('plain sec')).toString()).to.equal('plain ');
    expect(masker.push(Buffer.from('ond')).toString()).to.equal('second');
  });

  it('keeps little memory of a secret repeated without end', () => {
    const masker = createMasker(['abcabc']);
    for (let round = 0; round < 10_000; round += 1) expect(masker.push(Buffer.from('abc')).length).to.equal(0);
    expect(masker.flush().toString()).to.equal(maskText);
  });

  it('takes a private key with all its forms in little memory', () => {
    const line = () => Array.from({ length: 64 }, (_, index) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef+/'[(index * 7 + lines) % 34]).join('');
    let lines = 0;
    const body = Array.from({ length: 50 }, () => {
      lines += 1;
      return line();
    });
    const key = ['-----BEGIN KEY-----', ...body, '-----END KEY-----', ''].join('\n');
    const before = process.memoryUsage().arrayBuffers;
    const masker = createMasker([key]);
    expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(20e6);
    expect(Buffer.concat([masker.push(Buffer.from(`x ${Buffer.from(key).toString('base64')} y`)), masker.flush()]).length).to.be.lessThan(
      40,
    );
  });
});
