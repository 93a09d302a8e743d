import type { JobDefinition } from '@drover/protocol/definition';
import { Button } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import { ApiError, sayError } from '../../api/problem.js';
import { fromServer, stillTrue } from '../../editor/problems.js';
import type { Problem } from '../../editor/check.js';
import { checkJob } from '../../jobs/edit.js';
import { useKeys } from '../../keys/keys.js';
import { ConfirmDialog, Refusal } from '../../parts/overlays/dialogs.js';
import { useUnloadQuestion } from '../../parts/use-unload-question.js';
import { useShowFault } from '../../parts/use-show-fault.js';
import { JobForm } from './job-form.js';

interface JobEditorProps {
  readonly start: JobDefinition;
  readonly action: ReactNode;
  readonly save: (definition: JobDefinition) => Promise<void>;
  /** Why the person may not change it; then its fields are to read only. */
  readonly refused?: string | undefined;
  readonly children?: ReactNode;
}

/** A job's form with its save button; problems of the controller stand at their fields. */
export function JobEditor({ start, action, save, refused, children }: JobEditorProps) {
  const { t } = useTranslation();
  const job = useJobDraft(start, save);
  const form = useShowFault<HTMLFormElement>(job.tries);
  const blocker = useBlocker(() => job.dirty);
  useUnloadQuestion(job.dirty);
  useKeys([{ keys: 'mod+s', label: t('common.save'), run: () => refused === undefined && job.submit() }]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    job.submit();
  };
  return (
    <form ref={form} className="dlg-form" onSubmit={submit} noValidate>
      <fieldset className="plain-set" disabled={refused !== undefined}>
        <JobForm job={job.draft} change={job.change} problems={job.problems} />
      </fieldset>
      {job.refusal === undefined ? null : <Refusal>{job.refusal}</Refusal>}
      {refused === undefined ? (
        <div className="row save-row">
          <Button type="submit" variant="filled" loading={job.busy}>
            {action}
          </Button>
          {job.dirty ? <span className="faint">{t('editor.unsaved')}</span> : null}
          {job.tried && job.problems.length > 0 ? (
            <span className="says failed" role="alert">
              {t('jobs.problems', { count: job.problems.length })}
            </span>
          ) : null}
          <span className="grow" />
          {children}
        </div>
      ) : (
        <p className="faint">{refused}</p>
      )}
      {blocker.state === 'blocked' ? (
        <ConfirmDialog
          title={t('editor.unsaved')}
          action={t('editor.discard')}
          onClose={() => blocker.reset()}
          onConfirm={async () => blocker.proceed()}
        >
          {t('editor.leave')}
        </ConfirmDialog>
      ) : null}
    </form>
  );
}

/** The draft of a job, its problems, and saving it. Its own problems show once saving was tried. */
export function useJobDraft(start: JobDefinition, save: (definition: JobDefinition) => Promise<void>) {
  const [draft, setDraft] = useState(start);
  const [saved, setSaved] = useState(start);
  const [tried, setTried] = useState(false);
  const [tries, setTries] = useState(0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<{ readonly sent: JobDefinition; readonly refusal: unknown } | undefined>(undefined);
  const own: readonly Problem[] = checkJob(draft);
  const theirs = error?.refusal instanceof ApiError ? stillTrue(fromServer(error.refusal.errors), error.sent, draft) : [];
  const problems = tried ? [...own, ...theirs.filter(({ path }) => !own.some((one) => one.path === path))] : [];
  const submit = (): void => {
    setTried(true);
    if (own.length > 0) setTries(tries + 1);
    if (busy || own.length > 0) return;
    setBusy(true);
    setError(undefined);
    setSaved(draft); // before leaving, so that the question about unsaved work is not asked
    save(draft)
      .catch((refusal: unknown) => {
        setSaved(saved);
        setError({ sent: draft, refusal });
        setTries(tries + 1);
      })
      .finally(() => setBusy(false));
  };
  const refusal = error === undefined ? undefined : sayError(error.refusal);
  return { draft, change: setDraft, problems, tried, tries, busy, dirty: JSON.stringify(draft) !== JSON.stringify(saved), refusal, submit };
}
