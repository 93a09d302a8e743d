import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { freshFolder } from '../testing/folders.js';
import { notePrivateFolder, notesFolder, readPrivateFolders } from './private-folders.js';

describe('folders that no task may see', () => {
  const folder = freshFolder();

  it('are noted once each, owner-only, and found by every agent of the user, the place of the notes with them', async () => {
    const notes = join(folder.path, 'state', 'notes');
    const [one, other] = [join(folder.path, 'one'), join(folder.path, 'an other')];
    await Promise.all([mkdir(one), mkdir(other)]);
    for (const noted of [one, other, one]) assert.isTrue((await notePrivateFolder(notes, noted)).ok);
    assert.sameMembers([...readPrivateFolders(notes)], [notes, one, other]);
    assert.equal((await stat(notes)).mode & 0o077, 0);
  });

  it('are those that are there; a note that is empty, a folder or gone is passed over', async () => {
    const notes = join(folder.path, 'notes');
    await notePrivateFolder(notes, join(folder.path, 'gone'));
    await writeFile(join(notes, 'empty'), '');
    await mkdir(join(notes, 'folder'));
    assert.deepEqual(readPrivateFolders(notes), [notes]);
    await mkdir(join(folder.path, 'gone'));
    assert.deepEqual(readPrivateFolders(notes), [notes, join(folder.path, 'gone')]);
  });

  it('are none where nothing was noted, and a place that cannot be written is told', async () => {
    assert.deepEqual(readPrivateFolders(join(folder.path, 'nowhere')), []);
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    assert.isFalse((await notePrivateFolder(join(file, 'notes'), folder.path)).ok);
  });

  it('lie in the home of the user, or where all their programs are told', () => {
    assert.equal(notesFolder({ DROVER_PRIVATE_NOTES: '/srv/notes' }), '/srv/notes');
    assert.match(notesFolder({}), /\/\.local\/state\/drover\/private$/);
  });
});
