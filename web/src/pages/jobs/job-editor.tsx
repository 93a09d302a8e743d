import type { Job } from '@drover/protocol/api';
import type { JobDefinition } from '@drover/protocol/definition';
import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import { changedFields } from '../../jobs/edit.js';
import { useKeys } from '../../keys/keys.js';
import { ConfirmDialog, Refusal } from '../../parts/overlays/dialogs.js';
import { useUnloadQuestion } from '../../parts/use-unload-question.js';
import { useShowFault } from '../../parts/use-show-fault.js';
import { Conflict } from '../editor/shell/conflict.js';
import { JobForm } from './job-form.js';
import { useJobDraft, type JobDraft, type JobStore } from './use-job-draft.js';

interface JobEditorProps extends JobStore {
  readonly start: JobDefinition;
  readonly action: ReactNode;
  /** Why the person may not change it; then its fields are to read only. */
  readonly refused?: string | undefined;
  readonly children?: ReactNode;
}

/** A job's form with its save button; problems of the controller stand at their fields. */
export function JobEditor({ start, action, refused, children, ...store }: JobEditorProps) {
  const { t } = useTranslation();
  const job = useJobDraft(start, store);
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
      {job.theirs === undefined ? null : <JobConflict job={job} theirs={job.theirs} />}
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

/** Somebody else saved meanwhile: what they changed, and the two ways out. */
function JobConflict({ job, theirs }: { readonly job: JobDraft; readonly theirs: Job }) {
  const { t } = useTranslation();
  const fields = changedFields(job.saved, theirs.definition).map((field) => t(`jobs.${fieldTexts[field]}`));
  return (
    <Conflict reload={() => job.take(theirs)} saveOver={() => job.submit(theirs.version)}>
      {t('jobs.conflict', { name: theirs.changedBy.name, fields: fields.join(t('common.comma')) })}
    </Conflict>
  );
}

const fieldTexts = {
  name: 'name',
  kind: 'title',
  description: 'description',
  parameters: 'parameters',
  steps: 'steps',
  labels: 'labels',
  executor: 'executor',
  timeoutSeconds: 'timeLimit',
} as const satisfies Record<keyof JobDefinition, string>;
