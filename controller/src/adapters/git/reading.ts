import type { GitEnd } from './git-process.js';

/** One look at a repository. */
export interface Reading {
  /** What git is given as the repository. */
  readonly address: string;
  readonly isLocal: boolean;
  /** Runs git with a repository that is not there: only the remote is read, whatever lies around. */
  git(args: readonly string[]): Promise<GitEnd>;
  /** Runs git in the repository at this folder and looks for no other. */
  gitIn(repository: string, args: readonly string[]): Promise<GitEnd>;
  /** An empty repository for ids like this one in the private folder of this reading: made at the first call, and new. */
  scratch(commit: string): Promise<string | GitEnd>;
  words(end: GitEnd): string;
}
