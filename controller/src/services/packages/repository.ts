import type { PackageId, ProjectId, RunId } from '@drover/protocol';
import type { Page, Package, PackageFolder, PackageVersion } from '@drover/protocol/api';
import type { PackageRecord } from '../../domain/packages/records.js';
import { foldPackages, versionsOf } from '../../domain/packages/folder.js';
import type { Integrity } from '../integrity/integrity.js';
import type { CrashPoints } from '../ports/environment.js';
import type { Signals } from '../ports/signals.js';
import type { BlobStorage } from './blob-storage.js';
import { blobIdOf, storedBlob } from './stored-blob.js';
import type { BlobStore, PackageQuery, PackageStore } from './stores.js';

export interface RepositoryPorts {
  readonly storage: BlobStorage;
  readonly packages: PackageStore;
  readonly blobs: BlobStore;
  readonly signals: Signals;
  readonly crashPoints: CrashPoints;
  readonly integrity: Integrity;
}

/** V5: packages of a task that its run page shows. */
export const shownPackages = 10;
/** Files of a run that are looked at, the newest ones. */
const runFiles = 1_000;
const folderFiles = 5_000;
const folderFolders = 500;
/** Files of one package that are looked at, the newest ones. */
const packageFiles = 5_000;

/** The project's package repository (B3), for those who may see it. */
export class Repository {
  constructor(private readonly ports: RepositoryPorts) {}

  async find(query: PackageQuery): Promise<Page<Package>> {
    const { items, total, more } = await this.ports.packages.find(query);
    return { items: items.map((item) => this.shown(item)), page: query.page, pageSize: query.pageSize, total, more };
  }

  /** The versions of one package, each whole: pages end between versions. */
  async versions({ page, pageSize, ...place }: PackageQuery & { readonly name: string }): Promise<Page<PackageVersion>> {
    const files = await this.ports.packages.find({ ...place, page: 1, pageSize: packageFiles });
    const versions = versionsOf(files.items);
    const items = versions
      .slice((page - 1) * pageSize, page * pageSize)
      .map(({ version, files: all }) => ({ version, files: all.map((item) => this.shown(item)) }));
    return { items, page, pageSize, total: versions.length, more: files.total > packageFiles };
  }

  async folder(projectId: ProjectId, directory: string): Promise<PackageFolder> {
    const [files, folders] = await Promise.all([
      this.ports.packages.inDirectory(projectId, directory, folderFiles + 1),
      this.ports.packages.foldersBelow(projectId, directory, folderFolders + 1),
    ]);
    const truncated = files.length > folderFiles || folders.length > folderFolders;
    return { directory, folders: folders.slice(0, folderFolders), packages: foldPackages(files.slice(0, folderFiles)), truncated };
  }

  async byId(packageId: PackageId): Promise<Package | undefined> {
    const found = await this.ports.packages.byId(packageId);
    return found && this.shown(found);
  }

  /** V5: the newest ten of a task, or of each task of the run. */
  async ofRun(runId: RunId, taskKey: string | undefined): Promise<readonly Package[]> {
    if (taskKey !== undefined)
      return (await this.ports.packages.ofRun(runId, { taskKey, limit: shownPackages })).map((item) => this.shown(item));
    const shownOf = new Map<string, number>();
    const found = await this.ports.packages.ofRun(runId, { limit: runFiles });
    return found
      .filter(({ run }) => {
        const count = (shownOf.get(run?.taskKey ?? '') ?? 0) + 1;
        shownOf.set(run?.taskKey ?? '', count);
        return count <= shownPackages;
      })
      .map((item) => this.shown(item));
  }

  /**
   * The file of a package, or a range of it; undefined when it is just being deleted. Throws `Damaged` where it is
   * known or found to be damaged; a whole file that turns out damaged while it is read ends with `Damaged` before its last piece.
   */
  async content(
    { sha256 }: Pick<Package, 'sha256'>,
    range: { readonly from: number; readonly to: number } | 'whole',
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const blob = await this.ports.blobs.byDigest(sha256);
    if (!blob) return undefined;
    const stored = storedBlob(this.ports.storage, blob);
    await this.ports.integrity.assure(stored);
    return range === 'whole' ? this.ports.integrity.whole(stored) : this.ports.integrity.part(stored, range);
  }

  /** Takes a package out of sight at once; its bytes go with the next sweep unless another package has them. */
  async remove(packageId: PackageId): Promise<boolean> {
    const found = await this.ports.packages.byId(packageId);
    if (!found || !(await this.ports.packages.remove(packageId))) return false;
    this.ports.crashPoints.reach('controller.package.removed');
    this.ports.signals.publish({ type: 'packagesChanged', projectId: found.projectId, ...(found.run ? { runId: found.run.id } : {}) });
    return true;
  }

  private shown({ _id, schemaVersion: _version, searchText: _text, grams: _grams, ...rest }: PackageRecord): Package {
    return { id: _id, ...rest, ...(this.ports.integrity.damageOf(blobIdOf(rest.sha256)) ? { damaged: true } : {}) };
  }
}
