import type { Collection, Db, Filter } from 'mongodb';
import type { PackageId, ProjectId, RunId } from '@drover/protocol';
import { searchKeyOf, type PackagePlace, type PackageRecord } from '../../../domain/packages/records.js';
import type { Retained } from '../../../domain/packages/retention.js';
import type { Found, PackageQuery, PackageStore } from '../../../services/packages/stores.js';
import { ensureIndexes } from '../../../shared/ensure-indexes.js';

const newestFirst = { createdAt: -1, _id: -1 } as const;
/** Counted no further than this. */
const countLimit = 10_000;
/** Candidates of a search that are looked at, newest first. */
const searchLimit = 5_000;
const withoutGrams = { grams: 0 } as const;
const duplicateKey = 11_000;

/** Packages as documents. */
export class MongoPackageStore implements PackageStore {
  private readonly packages: Collection<PackageRecord>;

  constructor(db: Db) {
    this.packages = db.collection('packages');
  }

  async prepare(): Promise<void> {
    await ensureIndexes(this.packages, [
      [{ projectId: 1, ...newestFirst }],
      [{ projectId: 1, directory: 1, ...newestFirst }],
      [{ projectId: 1, directory: 1, name: 1, ...newestFirst }],
      [{ projectId: 1, name: 1, ...newestFirst }],
      [{ projectId: 1, directory: 1, name: 1, version: 1, fileName: 1 }],
      [{ projectId: 1, grams: 1, ...newestFirst }],
      [{ 'run.id': 1, ...newestFirst }, { partialFilterExpression: { 'run.id': { $exists: true } } }],
      [{ sha256: 1 }],
    ]);
  }

  async insert(record: PackageRecord): Promise<void> {
    try {
      await this.packages.insertOne(record);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === duplicateKey)) throw error;
    }
  }

  async byId(packageId: PackageId): Promise<PackageRecord | undefined> {
    return (await this.packages.findOne({ _id: packageId })) ?? undefined;
  }

  async remove(packageId: PackageId): Promise<boolean> {
    return (await this.packages.deleteOne({ _id: packageId })).deletedCount === 1;
  }

  async at(projectId: ProjectId, { directory, name, version, fileName }: PackagePlace): Promise<readonly PackageRecord[]> {
    return this.packages.find({ projectId, directory, name, version, fileName }).sort(newestFirst).toArray();
  }

  async find(query: PackageQuery): Promise<Found<PackageRecord>> {
    const { projectId, directory, name, search, page, pageSize } = query;
    const key = search === undefined ? undefined : searchKeyOf(search);
    const filter = { projectId, ...(directory === undefined ? {} : { directory }), ...(name === undefined ? {} : { name }) };
    if (key) return this.search(filter, key, query);
    const count = await this.packages.countDocuments(filter, { limit: countLimit + 1 });
    const items = await this.packages
      .find(filter)
      .sort(newestFirst)
      .skip((page - 1) * pageSize)
      .limit(pageSize)
      .toArray();
    return { items, total: Math.min(count, countLimit), more: count > countLimit };
  }

  async ofRun(runId: RunId, { taskKey, limit }: { readonly taskKey?: string; readonly limit: number }): Promise<readonly PackageRecord[]> {
    const filter = { 'run.id': runId, ...(taskKey === undefined ? {} : { 'run.taskKey': taskKey }) };
    return this.packages.find(filter).sort(newestFirst).limit(limit).toArray();
  }

  async inDirectory(projectId: ProjectId, directory: string, limit: number): Promise<readonly PackageRecord[]> {
    return this.packages.find({ projectId, directory }, { projection: withoutGrams }).sort(newestFirst).limit(limit).toArray();
  }

  /** Jumps through the index: one look for each folder, however much lies in them. `0` follows `/` in the order of characters. */
  async foldersBelow(projectId: ProjectId, directory: string, limit: number): Promise<readonly string[]> {
    const prefix = directory === '' ? '' : `${directory}/`;
    const folders: string[] = [];
    const within = directory === '' ? {} : { $lt: `${directory}0` };
    for (let after: { readonly $gt: string } | { readonly $gte: string } = { $gt: prefix }; folders.length < limit;) {
      const [next] = await this.packages
        .find({ projectId, directory: { ...after, ...within } }, { projection: { directory: 1 } })
        .sort({ projectId: 1, directory: 1 })
        .limit(1)
        .toArray();
      if (!next) break;
      const [folder = '']: readonly string[] = next.directory.slice(prefix.length).split('/');
      folders.push(folder);
      after = next.directory === prefix + folder ? { $gt: next.directory } : { $gte: `${prefix}${folder}0` };
    }
    return [...new Set(folders)];
  }

  async refersTo(sha256: string): Promise<boolean> {
    return (await this.packages.findOne({ sha256 }, { projection: { _id: 1 } })) !== null;
  }

  async projects(): Promise<readonly ProjectId[]> {
    return this.packages.distinct('projectId');
  }

  async idsOf(projectId: ProjectId, limit: number): Promise<readonly PackageId[]> {
    return (
      await this.packages
        .find({ projectId }, { projection: { _id: 1 } })
        .limit(limit)
        .toArray()
    ).map(({ _id }) => _id);
  }

  async ofProject(projectId: ProjectId): Promise<readonly Retained[]> {
    return this.packages.find({ projectId }, { projection: { directory: 1, name: 1, version: 1, createdAt: 1 } }).toArray();
  }

  /** The index narrows it down by one gram; the text decides. */
  private async search(
    filter: Filter<PackageRecord>,
    { gram, text }: { readonly gram: string; readonly text: string },
    { page, pageSize }: PackageQuery,
  ): Promise<Found<PackageRecord>> {
    const candidates = await this.packages
      .find({ ...filter, grams: gram }, { projection: withoutGrams })
      .sort(newestFirst)
      .limit(searchLimit)
      .toArray();
    const hits = candidates.filter(({ searchText }) => searchText.includes(text));
    return { items: hits.slice((page - 1) * pageSize, page * pageSize), total: hits.length, more: candidates.length === searchLimit };
  }
}
