import { createHash } from 'node:crypto';

/** What a workspace gets of a repository. */
export interface Wanted {
  readonly commit: string;
  readonly ref: { readonly type: 'branch' | 'tag' | 'commit'; readonly name: string };
  readonly depth?: number;
  /** All tags, or only the one of the run. By default all of them where all of the history is fetched. */
  readonly tags?: boolean;
  /** Other branches, as remote-tracking branches. */
  readonly branches?: Branches;
}

/** The branch that the repository calls its default, all branches, or those of these names. */
export type Branches = 'default' | 'all' | readonly string[];

export const wantsTags = ({ tags, depth }: Wanted): boolean => tags ?? depth === undefined;

/** Branches and tags asked for by a step are those of now, so the network is asked each time. */
export const wantsNews = ({ branches, tags, depth }: Wanted): boolean => branches !== undefined || (tags === true && depth !== undefined);

/** Ref by which a mirror holds a commit. */
export const heldRef = (commit: string): string => `refs/drover/commits/${commit}`;

/** Where a mirror keeps all branches. Its branches by name have a folder of their own, so that `a` and `a/b` never collide. */
export const allBranches = 'refs/drover/all/';
const namedBranches = 'refs/drover/branches/';
export const branchRef = (name: string): string => `${namedBranches}${createHash('sha256').update(name).digest('hex')}`;

/** A repository of the newer kind has ids of 64 digits. */
export const initOptions = (commit: string): readonly string[] => (commit.length === 64 ? ['--object-format=sha256'] : []);
