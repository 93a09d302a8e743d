import { Readable } from 'node:stream';
import yazl from 'yazl';
import type { Package } from '@drover/protocol/api';
import type { Repository } from '../../../services/packages/repository.js';
import { archiveNames } from './archive-names.js';

/** Packages as a zip archive, made while it is sent. Files are stored as they are: packages are packed already. */
export function zipOf(repository: Repository, packages: readonly Package[], signal: AbortSignal): Readable {
  const zip = new yazl.ZipFile();
  const output = Readable.from(zip.outputStream, { objectMode: false });
  zip.on('error', (error: Error) => output.destroy(error));
  const names = archiveNames(packages);
  for (const [index, each] of packages.entries()) {
    const options = { mtime: new Date(each.createdAt), compress: false, size: each.sizeBytes };
    zip.addReadStreamLazy(names[index] ?? each.id, options, (give) => {
      open(repository, each, signal).then(
        (bytes) =>
          give(
            null,
            bytes.on('error', (error) => output.destroy(error)),
          ),
        (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }
  zip.end();
  return output;
}

async function open(repository: Repository, { id, sha256 }: Package, signal: AbortSignal): Promise<Readable> {
  const content = await repository.content({ sha256 }, 'whole');
  if (!content) throw new Error(`package ${id} was deleted while it was being sent`);
  const bytes = Readable.from(content, { objectMode: false, highWaterMark: 1_048_576 });
  signal.addEventListener('abort', () => bytes.destroy(), { once: true });
  return bytes;
}
