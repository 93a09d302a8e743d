import { mkdir, open, readdir, rm, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Binary, type Db } from 'mongodb';

/** `changed`: one bit of the last byte is another. `shorter`: the second half is gone. `gone`: all of it. */
export type Damage = 'changed' | 'shorter' | 'gone';
/** Something else in place of a file. */
export type Replacement = 'a folder now' | 'a link to itself now';

/** Damages the largest file below a folder, of those whose names end so. */
export async function damageFile(folder: string, how: Damage | Replacement, ending = ''): Promise<void> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const [largest] = (
    await Promise.all(
      found
        .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          const file = await open(path, 'r');
          const { size } = await file.stat();
          await file.close();
          return { path, size };
        }),
    )
  ).sort((a, b) => b.size - a.size);
  if (!largest) throw new Error(`no file below ${folder}`);
  if (how === 'gone') return rm(largest.path);
  if (how === 'a folder now' || how === 'a link to itself now') {
    await rm(largest.path);
    await (how === 'a folder now' ? mkdir(largest.path) : symlink(largest.path, largest.path));
    return;
  }
  if (how === 'shorter') return truncate(largest.path, largest.size >> 1);
  const file = await open(largest.path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, largest.size - 1);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, largest.size - 1);
  await file.close();
}

/** Damages the last chunk of the largest file in a bucket. */
export async function damageChunks(db: Db, bucket: string, how: Damage): Promise<void> {
  const chunks = db.collection<{ n: number; data: Binary }>(`${bucket}.chunks`);
  const all = await chunks.find({}).toArray();
  const last = all.sort((a, b) => b.data.length() - a.data.length())[0];
  if (!last) throw new Error(`no chunk in ${bucket}`);
  if (how === 'gone') return void (await chunks.deleteOne({ _id: last._id }));
  const bytes = Buffer.from(last.data.value());
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  const data = new Binary(how === 'shorter' ? bytes.subarray(0, bytes.length >> 1) : bytes);
  await chunks.updateOne({ _id: last._id }, { $set: { data } });
}
