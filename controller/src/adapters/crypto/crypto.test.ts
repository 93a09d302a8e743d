import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { loadMasterKeys } from './key-file.js';
import { createPasswords } from './passwords.js';
import { createSecretBox, masterKeyOf } from './secret-box.js';
import { randomTokens } from './tokens.js';

describe('P3 the secret box', () => {
  const key = masterKeyOf(Buffer.alloc(32, 1));
  const other = masterKeyOf(Buffer.alloc(32, 2));
  const box = createSecretBox([key]);

  it('opens what it sealed, in its context', () => assert.equal(box.open(box.seal('värde', 'a'), 'a'), 'värde'));
  it('never seals twice alike', () => assert.notEqual(box.seal('x', 'a').box, box.seal('x', 'a').box));
  it('does not open in another context', () => assert.isUndefined(box.open(box.seal('x', 'a'), 'b')));
  it('does not open what was changed', () => {
    const sealed = box.seal('x', 'a');
    const bytes = Buffer.from(sealed.box, 'base64');
    bytes.writeUInt8(bytes.readUInt8(14) ^ 1, 14);
    assert.isUndefined(box.open({ ...sealed, box: bytes.toString('base64') }, 'a'));
  });
  it('does not open with another key, nor with none of that name', () => {
    assert.isUndefined(createSecretBox([other]).open(box.seal('x', 'a'), 'a'));
    assert.isUndefined(createSecretBox([other]).open({ ...box.seal('x', 'a'), keyId: other.id }, 'a'));
  });
  it('opens with older keys, too, and seals with the newest', () => {
    const rotated = createSecretBox([other, key]);
    assert.equal(rotated.open(box.seal('x', 'a'), 'a'), 'x');
    assert.equal(rotated.seal('x', 'a').keyId, other.id);
  });
});

describe('the key file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'drover-keys-')), 'keys');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  it('is made once, for its owner only', async () => {
    const [first] = await loadMasterKeys(folder, undefined);
    const [second] = await loadMasterKeys(folder, undefined);
    assert.deepEqual(second, first);
    assert.deepEqual(await readdir(folder), ['master-1.key']);
    assert.equal((await stat(join(folder, 'master-1.key'))).mode & 0o777, 0o600);
  });
  it('made by two first starts at once is one', async () => {
    const [[one], [two]] = await Promise.all([loadMasterKeys(folder, undefined), loadMasterKeys(folder, undefined)]);
    assert.deepEqual(one, two);
  });
  it('that others can read is refused', async () => {
    await loadMasterKeys(folder, undefined);
    await chmod(join(folder, 'master-1.key'), 0o644);
    assert.match(await loadMasterKeys(folder, undefined).then(String, String), /chmod 600/);
  });
  it('that is no file is refused as that', async () => {
    await loadMasterKeys(folder, undefined);
    await mkdir(join(folder, 'master-2.key'), { mode: 0o700 });
    assert.match(await loadMasterKeys(folder, undefined).then(String, String), /key file .*master-2\.key is not a file/);
    await rm(join(folder, 'master-2.key'), { recursive: true });
    await symlink('master-3.key', join(folder, 'master-3.key'));
    assert.match(await loadMasterKeys(folder, undefined).then(String, String), /master-3\.key is not a file/);
  });
  it('that holds something else is refused', async () => {
    await loadMasterKeys(folder, undefined);
    await writeFile(join(folder, 'master-1.key'), 'short');
    assert.match(await loadMasterKeys(folder, undefined).then(String, String), /32 bytes/);
  });
  it('is not made when the configuration has a key', async () => {
    await loadMasterKeys(folder, Buffer.alloc(32, 3));
    assert.match(await readdir(folder).then(String, String), /ENOENT/);
  });
});

describe('A5 passwords and tokens', () => {
  it('are verified by Argon2id, and never without a hash', async () => {
    const passwords = createPasswords();
    const hash = await passwords.hash('right');
    const verify = (known: string | undefined, plain: string) => passwords.verify(known, plain, { key: 'a' });
    assert.match(hash, /^\$argon2id\$/);
    assert.deepEqual(
      [await verify(hash, 'right'), await verify(hash, 'wrong'), await verify(undefined, 'no user has this password')],
      [true, false, false].map((value) => ({ ok: true, value })),
    );
  });
  it('are not verified for more callers than can wait', async () => {
    const passwords = createPasswords({ atOnce: 1, waiting: 2, waitingOfOne: 1 });
    const asked = ['a', 'b', 'b', 'c', 'd'].map((key) => passwords.verify(undefined, 'x', { key }));
    assert.deepEqual(
      (await Promise.all(asked)).map(({ ok }) => ok),
      [true, true, false, true, false],
    );
  });
  it('are long and never twice the same', () => {
    assert.match(randomTokens.create('drover_'), /^drover_[\w-]{43}$/);
    assert.match(randomTokens.password(), /^[A-Za-z2-9]{24}$/);
    assert.notEqual(randomTokens.create(''), randomTokens.create(''));
  });
});
