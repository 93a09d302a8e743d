import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import type { GitSession } from './git-session.js';
import { boundaryFile } from './mirror-content.js';
import { allBranches, branchRef, initOptions, wantsTags, type Wanted } from './wanted.js';

export interface RepositoryRequest {
  readonly mirror: string;
  /** Whether the mirror itself is of the wanted depth. */
  readonly isShallowMirror: boolean;
  /** An empty folder. */
  readonly prepared: string;
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
}

/**
 * A repository of its own from a mirror, without files: tasks may do with it what they like. The mirror's packs are
 * copied, by reflinks where the file system has them; hard links or alternates would let a task write into the mirror,
 * and a pull of this repository would compress and check everything once more.
 */
export async function makeRepository(session: GitSession, request: RepositoryRequest): Promise<void> {
  const { prepared, wanted, isShallowMirror } = request;
  await session.demand(prepared, ['init', '--quiet', '--template=', ...initOptions(wanted.commit)]);
  if (wanted.depth !== undefined && !isShallowMirror) await fetchPart(session, request);
  else await copyObjects(request);
  await writeFile(join(prepared, '.git', 'packed-refs'), await refsOf(session, request), 'latin1');
  const head = wanted.branches === 'default' ? await defaultBranch(session, request.mirror) : undefined;
  if (head !== undefined) await session.demand(prepared, ['symbolic-ref', 'refs/remotes/origin/HEAD', `refs/remotes/origin/${head}`]);
}

async function copyObjects({ mirror, prepared, wanted, isShallowMirror, signal }: RepositoryRequest): Promise<void> {
  const from = join(mirror, 'objects/pack');
  const to = join(prepared, '.git/objects/pack');
  await mkdir(to, { recursive: true });
  const names = (await readdir(from)).filter((name) => /^pack-[0-9a-f]+\.(?:pack|rev|idx)$/.test(name));
  for (const name of names) {
    signal.throwIfAborted();
    await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
  }
  const boundary = isShallowMirror ? await readFile(boundaryFile(mirror, wanted.commit), 'utf8') : '';
  if (boundary !== '') await writeFile(join(prepared, '.git', 'shallow'), boundary);
}

/** More ids than this do not go into one command. */
const maxIds = 10_000;

/** Of a mirror with all of the history, objects alone, by their ids: a name may hold bytes that no argument can. */
async function fetchPart(session: GitSession, { mirror, prepared, wanted }: RepositoryRequest): Promise<void> {
  const refs = await wantedRefs(session, mirror, wanted);
  const ids = [...new Set([wanted.commit, ...refs.map(({ id }) => id)])];
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', `--depth=${wanted.depth ?? 1}`];
  for (let start = 0; start < ids.length; start += maxIds) {
    const some = ids.slice(start, start + maxIds);
    await session.demand(prepared, ['fetch', ...options, `file://${mirror}`, ...some], { protocols: 'file' });
  }
}

/** A file of refs in git's form; names as bytes, one for each character. The run's own branch or tag is at its commit. */
async function refsOf(session: GitSession, { mirror, wanted }: RepositoryRequest): Promise<string> {
  const refs = new Map((await wantedRefs(session, mirror, wanted)).map(({ name, id }) => [name, id]));
  const { commit, ref } = wanted;
  const name = Buffer.from(ref.name).toString('latin1');
  if (ref.type === 'branch') refs.set(`refs/remotes/origin/${name}`, commit);
  if (ref.type === 'tag' && !(await isAt(session, mirror, wanted))) refs.set(`refs/tags/${name}`, commit);
  return [...refs].map(([full, id]) => `${id} ${full}\n`).join('');
}

/** Whether the run's tag is still where the run began. */
async function isAt(session: GitSession, mirror: string, { commit, ref }: Wanted): Promise<boolean> {
  const found = await session.git(mirror, ['rev-parse', '--quiet', '--verify', `refs/tags/${ref.name}^{commit}`], {
    quiet: true,
    bare: true,
  });
  return found.exitCode === 0 && found.tail === commit;
}

interface WantedRef {
  /** In the workspace. */
  readonly name: string;
  readonly id: string;
}

async function wantedRefs(session: GitSession, mirror: string, wanted: Wanted): Promise<readonly WantedRef[]> {
  const names = await wantedNames(session, mirror, wanted);
  const patterns = [...names.map(([inMirror]) => inMirror), ...(wanted.branches === 'all' ? [allBranches] : [])];
  if (patterns.length === 0) return [];
  const listing = await session.read(mirror, ['for-each-ref', '--format=%(objectname) %(refname)', ...patterns], { bare: true });
  const known = new Map(names);
  return listing
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const id = line.slice(0, line.indexOf(' '));
      const inMirror = line.slice(id.length + 1);
      const name = inMirror.startsWith(allBranches) ? `refs/remotes/origin/${inMirror.slice(allBranches.length)}` : known.get(inMirror);
      return { id, name: name ?? inMirror };
    });
}

/** Refs and folders of refs in the mirror, with the names that they get. */
async function wantedNames(session: GitSession, mirror: string, wanted: Wanted): Promise<ReadonlyArray<readonly [string, string]>> {
  const { branches, ref } = wanted;
  const tags = wantsTags(wanted) ? ['refs/tags/'] : ref.type === 'tag' ? [`refs/tags/${ref.name}`] : [];
  const head = branches === 'default' ? await defaultBranch(session, mirror) : undefined;
  const named = head !== undefined ? [head] : typeof branches === 'object' ? branches : [];
  return [
    ...tags.map((tag) => [tag, latin1(tag)] as const),
    ...named.map((name) => [branchRef(name), latin1(`refs/remotes/origin/${name}`)] as const),
  ];
}

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

async function defaultBranch(session: GitSession, mirror: string): Promise<string> {
  return (await session.read(mirror, ['symbolic-ref', 'HEAD'], { bare: true })).toString().trim().slice('refs/heads/'.length);
}
