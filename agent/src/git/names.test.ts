import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Checkouts } from '../testing/checkouts.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('B5 every file of a checkout arrives byte for byte', () => {
  let checkouts: Checkouts;
  before(async () => {
    checkouts = await Checkouts.start();
  });
  after(() => checkouts.close());
  beforeEach(() => checkouts.next());

  /** All files below a folder, by the bytes of their names. */
  const filesIn = (folder: string): readonly string[] =>
    execFileSync('find', ['.', '-path', './.git', '-prune', '-o', '-type', 'f', '-print0'], { cwd: folder })
      .toString('latin1')
      .split('\0')
      .filter((name) => name !== '')
      .toSorted();

  for (const isOwner of [false, true]) {
    it(`names that are not UTF-8, at the top and below${isOwner ? ', given to another user' : ''}`, async function () {
      const mayGive = process.getuid?.() === 0;
      if (isOwner && !mayGive) {
        console.log('      skipped: only root can give files away');
        this.skip();
      }
      const odd = await checkouts.repository(`latin1-${isOwner}`);
      const at = (name: string) => Buffer.concat([Buffer.from(`${odd.folder}/`), bytes(name)]);
      for (const folder of ['sub', 'd\xe9p\xf4t', 'd\xe9p\xf4t/\xff']) mkdirSync(at(folder));
      const names = ['caf\xe9.txt', 'sub/\xe4\xf6\xfc.txt', 'd\xe9p\xf4t/inside.txt', 'd\xe9p\xf4t/\xff/\xfe', 'plain.txt'];
      for (const name of names) writeFileSync(at(name), bytes(name));
      const commit = await odd.commit('odd names', {});
      odd.publish();
      const workspace = await checkouts.workspace();
      for (const time of [1, 2]) {
        const { result } = await checkouts.checkout(odd, {
          commit,
          workspace,
          targetPath: workspace,
          ...(isOwner && { owner: { uid: 65534, gid: 65534 } }),
        });
        expect(result.ok ? '' : result.reason, `time ${time}`).to.equal('');
        expect(filesIn(workspace)).to.deep.equal(names.map((name) => `./${name}`).toSorted());
      }
      const written = Buffer.concat([Buffer.from(`${workspace}/`), bytes('d\xe9p\xf4t/\xff/\xfe')]);
      expect(readFileSync(written)).to.deep.equal(bytes('d\xe9p\xf4t/\xff/\xfe'));
      if (isOwner) expect(statSync(written).uid).to.equal(65534);
    });
  }

  it('a submodule in a folder whose name is not UTF-8 is refused in words, or checked out', async () => {
    const part = await checkouts.repository('part');
    const id = await part.commit('part', { part: 'part' });
    part.publish();
    const odd = await checkouts.repository('odd-module');
    const module = Buffer.concat([bytes('[submodule "p"]\n\tpath = p\xe9\n\turl = '), Buffer.from(`${part.url}\n`)]);
    await odd.commit('files', { '.gitmodules': module });
    execFileSync('git', ['update-index', '-z', '--index-info'], { cwd: odd.folder, input: bytes(`160000 ${id}\tp\xe9\0`) });
    odd.git('commit', '-q', '-m', 'module');
    odd.publish();
    const { result } = await checkouts.checkout(odd, { commit: odd.git('rev-parse', 'HEAD'), submodules: true });
    expect(result.ok ? '' : result.reason).to.match(/^$|^submodule p/);
  });

  it('modes, links that lead nowhere, names that differ in case, ends of lines, encodings', async () => {
    const attributes = '*.txt text eol=crlf\n*.u16 text working-tree-encoding=UTF-16LE-BOM\nident.c ident\n*.z filter=nosuch\n';
    const files = await checkouts.repository('files');
    for (const [name, target] of [
      ['link', 'run.sh'],
      ['dangling', '/nowhere'],
    ] as const)
      symlinkSync(target, join(files.folder, name));
    writeFileSync(join(files.folder, 'run.sh'), '#!/bin/sh\n');
    await chmod(join(files.folder, 'run.sh'), 0o755);
    const sixteen = Buffer.from('\ufeffa\n', 'utf16le');
    const commit = await files.commit('files', {
      '.gitattributes': attributes,
      'w.txt': 'a\nb\n',
      'x.u16': sixteen,
      'ident.c': '$Id$\n',
      'q.z': 'zz',
      Name: 'A',
      name: 'b',
    });
    files.publish();
    const { workspace, result } = await checkouts.checkout(files, { commit });
    expect(result.ok ? '' : result.reason).to.equal('');
    const read = (name: string) => readFileSync(join(workspace, name));
    expect(read('w.txt').toString()).to.equal('a\r\nb\r\n');
    expect(read('x.u16')).to.deep.equal(sixteen);
    expect(read('ident.c').toString()).to.match(/^\$Id: [0-9a-f]{40} \$\n$/);
    expect([read('q.z'), read('Name'), read('name')].map(String)).to.deep.equal(['zz', 'A', 'b']);
    expect([readlinkSync(join(workspace, 'link')), readlinkSync(join(workspace, 'dangling'))]).to.deep.equal(['run.sh', '/nowhere']);
    expect(statSync(join(workspace, 'run.sh')).mode & 0o111).to.not.equal(0);
    expect(checkouts.git(workspace, 'status', '--porcelain')).to.equal('');
    expect(readdirSync(workspace)).to.include('dangling');
  });
});
