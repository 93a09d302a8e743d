import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
const compressible = new Set(['.js', '.css', '.html', '.svg', '.json', '.map', '.txt', '.webmanifest']);

interface Kept {
  readonly changedAt: number;
  readonly sizeBytes: number;
  readonly bytes: Promise<Buffer>;
}

/**
 * Files of one folder, compressed: each once, however often it is asked for, because strangers may ask. What is kept is
 * bounded by the files that are there. Undefined for a file that is not there or does not gain by it.
 */
export function createCompressedFiles(folder: string): (name: string) => Promise<Buffer | undefined> {
  const kept = new Map<string, Kept>();
  return async (name) => {
    if (!/^(?:[\w-]+\/)?[\w-][\w.-]*$/.test(name) || !compressible.has(extname(name))) return undefined;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (!facts?.isFile()) return void kept.delete(name);
    const known = kept.get(name);
    if (known && known.changedAt === facts.mtimeMs && known.sizeBytes === facts.size) return known.bytes;
    const bytes = readFile(path).then((plain) => compress(plain, { level: 9 }));
    kept.set(name, { changedAt: facts.mtimeMs, sizeBytes: facts.size, bytes });
    bytes.catch(() => kept.delete(name));
    return bytes;
  };
}
