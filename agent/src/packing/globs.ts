import { lstat, stat, type FileHandle } from 'node:fs/promises';
import { codeOf, messageOf } from '../shared/logger.js';
import { childOf, entriesIn, kindOf, openFolder, type Entry, type EntryKind } from '../shared/open-folder.js';
import { openInside, placeOf } from './inside.js';
import { LeftOut } from './left-out.js';
import { advance, beginning, compile, faultOf, literalNames, type Front } from './patterns.js';

export interface Match {
  /** Below the workspace, one name for each folder on the way: bytes, as not all names are UTF-8. */
  readonly names: readonly Buffer[];
  readonly kind: 'file' | 'folder';
}

export interface Matches {
  readonly ok: true;
  /** Each once, in order of names. */
  readonly matches: readonly Match[];
  /** Lines for the log on what the patterns could have meant and did not take. */
  readonly leftOut: readonly string[];
  /** How many folders were listed and single names looked up: no more than the patterns can match in. */
  readonly looks: { readonly listed: number; readonly lookedUp: number };
}

export type Expansion = Matches | { readonly ok: false; readonly reason: string };

/** Below the workspace, with `/`, for people. */
export const pathOf = (names: readonly Buffer[]): string => names.map(String).join('/');

/** Deeper folders are refused: each level of the walk holds two descriptors. */
export const deepestFolder = 200;
const mostMatches = 10_000;

/** Ends the walk with a sentence. */
class Unfit extends Error {}

/**
 * What the patterns match below the workspace. Follows each pattern from name to name and looks only where one could
 * match: a literal name is looked up, a folder is listed only for `*` and its like. Links to folders are never followed;
 * a link to a file counts if the file lies in the workspace. A folder that matches stands for all in it.
 */
export async function expandGlobs(workspace: string, patterns: readonly string[], signal?: AbortSignal): Promise<Expansion> {
  const fault = patterns.map(faultOf).find((reason) => reason !== undefined);
  if (fault !== undefined) return { ok: false, reason: fault };
  const root = await openFolder(workspace);
  try {
    const search = new Search(await placeOf(root), signal);
    await search.walk(root, beginning(patterns.flatMap(compile)), []);
    return search.result();
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, reason: error.message };
    throw error;
  } finally {
    await root.close();
  }
}

class Search {
  readonly #top: string;
  readonly #signal: AbortSignal | undefined;
  readonly #matches: Match[] = [];
  readonly #leftOut = new LeftOut();
  #listed = 0;
  #lookedUp = 0;

  constructor(top: string, signal: AbortSignal | undefined) {
    this.#top = top;
    this.#signal = signal;
  }

  result(): Matches {
    const order = (a: Match, b: Match): number => Buffer.compare(orderOf(a), orderOf(b));
    return {
      ok: true,
      matches: this.#matches.toSorted(order),
      leftOut: this.#leftOut.lines(),
      looks: { listed: this.#listed, lookedUp: this.#lookedUp },
    };
  }

  async walk(folder: FileHandle, fronts: readonly Front[], above: readonly Buffer[]): Promise<void> {
    this.#signal?.throwIfAborted();
    const literal = literalNames(fronts);
    if (literal === undefined) {
      this.#listed += 1;
      for await (const entry of this.#guarded(entriesIn(folder), above)) await this.#visit(folder, entry, { fronts, above });
      return;
    }
    for (const name of literal) {
      this.#lookedUp += 1;
      await this.#visit(folder, { name: Buffer.from(name), kind: 'unknown' }, { fronts, above });
    }
  }

  async *#guarded(entries: AsyncIterable<Entry>, above: readonly Buffer[]): AsyncGenerator<Entry> {
    const iterator = entries[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await iterator.next().catch((error: unknown) => this.#unreadable(above, error));
        if (next === undefined || next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  async #visit(folder: FileHandle, entry: Entry, { fronts, above }: Standing): Promise<void> {
    const text = entry.name.toString();
    const names = [...above, entry.name];
    const { done, inside } = advance(fronts, text, false);
    if (done.length === 0 && inside.length === 0) return this.#noteHidden(folder, entry, { fronts, above });
    const kind = await this.#kindOf(folder, entry, above);
    if (kind === 'folder') {
      if (done.some(({ takesFolders }) => takesFolders)) this.#take({ names, kind });
      else if (inside.length > 0) await this.#enter(folder, entry.name, { fronts: inside, above: names });
    } else if (kind === 'link') {
      await this.#visitLink(folder, entry.name, { names, isDone: done.length > 0 });
    } else if (kind !== undefined && done.length > 0) {
      if (kind === 'file') this.#take({ names, kind });
      else this.#leftOut.note('special', pathOf(names));
    }
  }

  /** Undefined where there is nothing of this name. */
  async #kindOf(folder: FileHandle, { name, kind }: Entry, above: readonly Buffer[]): Promise<EntryKind | undefined> {
    if (kind !== 'unknown') return kind;
    try {
      return kindOf(await lstat(childOf(folder, name)));
    } catch (error) {
      if (['ENOENT', 'ENAMETOOLONG', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
      this.#unreadable(above, error);
      return undefined;
    }
  }

  async #enter(above: FileHandle, name: Buffer, { fronts, above: names }: Standing): Promise<void> {
    if (names.length > deepestFolder)
      throw new Unfit(`the folder “${shortened(names)}” lies more than ${deepestFolder} folders deep, and a pattern could match in it`);
    const folder = await openFolder(childOf(above, name)).catch((error: unknown) => this.#unreadable(names, error));
    if (folder === undefined) return;
    try {
      await this.walk(folder, fronts, names);
    } finally {
      await folder.close();
    }
  }

  /** What is gone holds nothing that could be uploaded; all else that keeps the agent from looking is a reason to fail. */
  #unreadable(names: readonly Buffer[], error: unknown): undefined {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) {
      this.#leftOut.note('vanished', pathOf(names));
      return undefined;
    }
    const folder = names.length === 0 ? 'the workspace' : `the folder “${shortened(names)}”`;
    throw new Unfit(`${folder} cannot be read, and a pattern could match in it: ${codeOf(error) ?? messageOf(error)}`);
  }

  async #visitLink(folder: FileHandle, name: Buffer, link: { readonly names: readonly Buffer[]; readonly isDone: boolean }): Promise<void> {
    const path = pathOf(link.names);
    const file = link.isDone ? await openInside(this.#top, folder, name) : undefined;
    if (file !== undefined) {
      await file.close();
      return this.#take({ names: link.names, kind: 'file' });
    }
    const target = await stat(childOf(folder, name)).catch(() => undefined);
    if (target?.isDirectory() === true) this.#leftOut.note('folderLink', path);
    else if (link.isDone) this.#leftOut.note('strayLink', path);
  }

  async #noteHidden(folder: FileHandle, entry: Entry, { fronts, above }: Standing): Promise<void> {
    if (entry.name[0] !== 0x2e) return;
    const { done, inside } = advance(fronts, entry.name.toString(), true);
    if (done.length === 0 && (inside.length === 0 || (await this.#kindOf(folder, entry, above)) !== 'folder')) return;
    this.#leftOut.note('hidden', pathOf([...above, entry.name]));
  }

  #take(match: Match): void {
    if (this.#matches.length === mostMatches)
      throw new Unfit(`the patterns match more than ${mostMatches} files: name their folder instead, which is packed into one`);
    this.#matches.push(match);
  }
}

interface Standing {
  readonly fronts: readonly Front[];
  readonly above: readonly Buffer[];
}

/** A zero byte sorts before all that names can hold, so a folder's files stay together. */
const orderOf = ({ names }: Match): Buffer => Buffer.concat(names.flatMap((name) => [name, Buffer.of(0)]));

/** A path as long as no log should hold ends in an ellipsis. */
const shortened = (names: readonly Buffer[]): string => {
  const path = pathOf(names);
  return path.length > 300 ? `${path.slice(0, 300)}…` : path;
};
