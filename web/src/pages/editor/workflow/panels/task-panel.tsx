import type { Job } from '@drover/protocol/api';
import { TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { changeTask, type TaskPlace } from '../../../../editor/definition.js';
import { useProblemAt } from '../../fields/problem-text.js';
import type { Editor } from '../../shell/use-editor.js';
import { HowItRuns } from './how-it-runs.js';
import { JobField } from './job-field.js';
import { JobParameters } from './job-parameters.js';
import type { TaskFieldProps } from './task-field.js';
import { TaskHead, type TaskHeadProps } from './task-head.js';

interface TaskPanelProps extends Omit<TaskHeadProps, 'task' | 'stage'> {
  readonly editor: Editor;
  readonly place: TaskPlace;
  readonly jobs: readonly Job[];
  readonly projectId: string;
}

/** Everything of a task; what is changed is kept in the draft at once. */
export function TaskPanel({ jobs, projectId, ...head }: TaskPanelProps) {
  const { t } = useTranslation();
  const { editor, place, disabled } = head;
  const panel = useRef<HTMLElement>(null);
  const problemAt = useProblemAt(editor.problems);
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const { definition, change } = editor;
  const stage = definition.stages[place.stage];
  const task = stage?.tasks[place.task];
  if (stage === undefined || task === undefined) return null;
  const at: TaskFieldProps['at'] = (field) => problemAt(`/stages/${place.stage}/tasks/${place.task}/${field}`);
  const set: TaskFieldProps['set'] = (part, field) =>
    change(changeTask(definition, place, part), field === undefined ? undefined : `${task.key} ${field}`);
  const field = { task, disabled, set, at };
  const job = jobs.find((one) => one.definition.name === task.job);
  return (
    <aside className="side-form" aria-label={task.name} ref={panel}>
      <TaskHead {...head} task={task} stage={stage} />
      <div className="fields">
        <TextInput
          label={t('editor.name')}
          value={task.name}
          disabled={disabled}
          error={at('name')}
          onChange={(event) => set({ name: event.currentTarget.value }, 'name')}
        />
        <JobField {...field} job={job} jobs={jobs} projectId={projectId} />
        {job === undefined ? null : <JobParameters editor={editor} place={place} job={job.definition} disabled={disabled} />}
        <HowItRuns {...field} jobLabels={job?.definition.labels ?? []} />
      </div>
    </aside>
  );
}
