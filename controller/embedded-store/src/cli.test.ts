import { runSource } from '@drover/protocol/testing';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));

describe('npm run store', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-cli-'));
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'damaged'));
    writeFileSync(join(folder, 'damaged', 'data.mdb'), 'x'.repeat(10_000));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  // prettier-ignore
  const mistakes: ReadonlyArray<[title: string, args: (folder: string) => string[], code: number, says: RegExp]> = [
    ['an option that is not known',       () => ['--bogus'],                                                             2, /^Unknown option '--bogus'[^]*Usage:/],
    ['nothing to do',                     () => [],                                                                      2, /^Usage:/],
    ['a folder that cannot be made',      (at) => ['--data', join(at, 'file', 'store')],                                 1, /file.* cannot be written: ENOTDIR/],
    ['a folder below /proc',              () => ['--data', '/proc/nowhere'],                                             1, /\/proc\/nowhere cannot be written/],
    ['a backup of what is no store',      (at) => ['backup', '--data', at, '--to', join(at, 'to')],                      1, /holds no store/],
    ['a check of what is no store',       (at) => ['verify', '--data', at],                                              1, /holds no store/],
    ['a check of a damaged store',        (at) => ['verify', '--data', join(at, 'damaged')],                             1, /does not begin as a store does[^]*Restore a backup/],
    ['a restore from what is no backup',  (at) => ['restore', '--from', at, '--data', join(at, 'new')],                  1, /holds no whole backup/],
  ];
  for (const [title, args, code, says] of mistakes) {
    it(`answers ${title} with a sentence and code ${code}`, () => {
      const options = { encoding: 'utf8', timeout: 30_000 } as const;
      const ran = spawnSync(process.execPath, [...runSource, cli, ...args(folder)], options);
      expect(ran.stdout + ran.stderr)
        .to.match(says)
        .and.not.match(/^ +at /m);
      expect(ran.status).to.equal(code);
    });
  }
});
