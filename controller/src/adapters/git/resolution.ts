import type { RunRef } from '@drover/protocol/api';
import type { RemoteAnswer } from '../../services/ports/git-remote.js';
import { fetchOne, gitFolderOf, type CommitMessages } from './commit-messages.js';
import type { GitEnd } from './git-process.js';
import { formatOf, type ObjectFormat, type Reading } from './reading.js';

type Resolved = { readonly commit: string };
type No = Extract<RemoteAnswer<never>, { ok: false }>;
const notFound = (detail: string): No => ({ ok: false, kind: 'refNotFound', detail });

/** The commit that a branch, tag or commit names, with the first line of its message where that costs no time. */
export async function resolveRef(
  reading: Reading,
  ref: RunRef,
  messages: CommitMessages,
): Promise<RemoteAnswer<Resolved & { readonly message?: string }>> {
  const found = await (ref.type === 'commit' ? resolveCommit(reading, ref.name) : resolveNamed(reading, ref));
  if (!found.ok) return found;
  const { commit } = found.value;
  const message = messages.known(commit) ?? (await messageHere(reading, { commit, isFetched: ref.type === 'commit' }, messages));
  return { ok: true, value: { commit, ...(message !== undefined && { message }) } };
}

async function resolveNamed({ git, address, failed }: Reading, ref: RunRef): Promise<RemoteAnswer<Resolved>> {
  const name = `refs/${ref.type === 'tag' ? 'tags' : 'heads'}/${ref.name}`;
  const end = await git(['ls-remote', '--', address, name, `${name}^{}`]);
  if (end.type !== 'done') return failed(end);
  const hashes = new Map(end.output.split('\n').map((line) => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? '']));
  const commit = hashes.get(`${name}^{}`) ?? hashes.get(name);
  return commit === undefined ? notFound(`there is no ${ref.type} “${ref.name}”`) : { ok: true, value: { commit } };
}

/** A whole id is asked for by itself; a shortened one is looked up among all commits of branches and tags, without their files. */
async function resolveCommit(reading: Reading, given: string): Promise<RemoteAnswer<Resolved>> {
  const name = given.toLowerCase();
  if (!/^[0-9a-f]{7,64}$/.test(name)) return notFound(`“${name}” is no commit`);
  if (reading.isLocal) return expanded(reading, await gitFolderOf(reading.address), name);
  if (name.length !== 40 && name.length !== 64) return resolvePrefix(reading, name);
  const end = await fetchOne(reading, name);
  if (end.type === 'done') return { ok: true, value: { commit: name } };
  if (isOtherFormat(end)) return name.length === 40 ? resolvePrefix(reading, name, 'sha256') : notFound(`there is no commit “${name}”`);
  return end.type === 'failed' && /not our ref|unadvertised|no such remote ref|couldn't find/i.test(end.words)
    ? notFound(`there is no commit “${name}”`)
    : reading.failed(end);
}

const isOtherFormat = (end: GitEnd): boolean => end.type === 'failed' && /mismatched algorithms/i.test(end.words);

async function resolvePrefix(
  reading: Reading,
  name: string,
  format: ObjectFormat = name.length > 40 ? 'sha256' : 'sha1',
): Promise<RemoteAnswer<Resolved>> {
  const repository = await reading.scratch(format);
  if (typeof repository !== 'string') return reading.failed(repository);
  const all = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  const end = await reading.gitIn(repository, ['fetch', '--quiet', '--no-tags', '--filter=tree:0', '--', reading.address, ...all]);
  if (end.type === 'done') return expanded(reading, repository, name);
  if (!isOtherFormat(end)) return reading.failed(end);
  return format === 'sha1' ? resolvePrefix(reading, name, 'sha256') : notFound(`there is no commit “${name}”`);
}

/** The one commit whose id begins so. */
async function expanded({ gitIn }: Reading, repository: string, name: string): Promise<RemoteAnswer<Resolved>> {
  const end = await gitIn(repository, ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`]);
  if (end.type === 'done') return { ok: true, value: { commit: end.output.trim() } };
  return notFound(
    end.type === 'failed' && /ambiguous/i.test(end.words)
      ? `several commits begin with “${name}”: give more digits`
      : `there is no commit “${name}”`,
  );
}

/** The message of a commit that is on this machine already. */
async function messageHere(
  reading: Reading,
  { commit, isFetched }: { readonly commit: string; readonly isFetched: boolean },
  messages: CommitMessages,
): Promise<string | undefined> {
  if (reading.isLocal) return messages.read(reading, commit);
  const repository = isFetched ? await reading.scratch(formatOf(commit)) : undefined;
  return typeof repository === 'string' ? messages.readIn(reading, repository, commit) : undefined;
}
