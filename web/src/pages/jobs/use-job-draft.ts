import type { Job } from '@drover/protocol/api';
import type { JobDefinition } from '@drover/protocol/definition';
import { useState } from 'react';
import { ApiError, sayError } from '../../api/problem.js';
import type { Problem } from '../../editor/check.js';
import { fromServer, stillTrue } from '../../editor/problems.js';
import { checkJob } from '../../jobs/edit.js';

export interface JobStore {
  /** Saves over a version; absent for a job that is new. */
  readonly save: (definition: JobDefinition, over?: number) => Promise<void>;
  /** What is stored now, for a job that somebody else may have saved meanwhile. */
  readonly reload?: (() => Promise<Job>) | undefined;
  /** What is stored has taken the draft's place. */
  readonly onTaken?: ((job: Job) => void) | undefined;
}

type Failed = { readonly sent: JobDefinition; readonly refusal: unknown } | undefined;

/** The draft of a job, its problems, and saving it. Its own problems show once saving was tried. */
export function useJobDraft(start: JobDefinition, { save, reload, onTaken }: JobStore) {
  const [draft, setDraft] = useState(start);
  const [saved, setSaved] = useState(start);
  const [tried, setTried] = useState(false);
  const [tries, setTries] = useState(0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Failed>(undefined);
  const [theirs, setTheirs] = useState<Job | undefined>(undefined);
  const own: readonly Problem[] = checkJob(draft);
  const fail = async (refusal: unknown): Promise<void> => {
    setSaved(saved);
    setTries(tries + 1);
    const isOld = refusal instanceof ApiError && refusal.code === 'versionConflict';
    const stored = isOld ? await reload?.().catch(() => undefined) : undefined;
    if (stored === undefined) setError({ sent: draft, refusal });
    else setTheirs(stored);
  };
  const submit = (over?: number): void => {
    setTried(true);
    if (own.length > 0) setTries(tries + 1);
    if (busy || own.length > 0) return;
    setBusy(true);
    setError(undefined);
    setTheirs(undefined);
    setSaved(draft); // before leaving, so that the question about unsaved work is not asked
    save(draft, over)
      .catch(fail)
      .finally(() => setBusy(false));
  };
  const take = (job: Job): void => {
    setDraft(job.definition);
    setSaved(job.definition);
    setTheirs(undefined);
    onTaken?.(job);
  };
  return {
    draft,
    change: setDraft,
    problems: tried ? [...own, ...problemsOf(error, draft, own)] : [],
    tried,
    tries,
    busy,
    dirty: JSON.stringify(draft) !== JSON.stringify(saved),
    refusal: error === undefined ? undefined : sayError(error.refusal),
    submit,
    /** The job as somebody else saved it since `saved`. */
    theirs,
    saved,
    take,
  };
}

export type JobDraft = ReturnType<typeof useJobDraft>;

/** What the controller found, at places that have no problem of the draft's own. */
function problemsOf(error: Failed, draft: JobDefinition, own: readonly Problem[]): readonly Problem[] {
  if (!(error?.refusal instanceof ApiError)) return [];
  const theirs = stillTrue(fromServer(error.refusal.errors), error.sent, draft);
  return theirs.filter(({ path }) => !own.some((one) => one.path === path));
}
