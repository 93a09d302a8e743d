import type { Job } from '@drover/protocol/api';
import { ActionIcon, Button, Select, TagsInput, TextInput } from '@mantine/core';
import { IconArrowsMove, IconCopy, IconHammer, IconTrash, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../app/paths.js';
import { changeTask, moveTask, type Task, type TaskPlace } from '../../../editor/definition.js';
import { useProblemAt } from '../fields/problem-text.js';
import { SecondsInput } from '../fields/seconds-input.js';
import type { Editor } from '../shell/use-editor.js';
import { ExecutorFields } from './executor-fields.js';
import { JobParameters } from './job-parameters.js';
import { RecoveryFields } from './recovery-fields.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../../parts/menu.js';

const NewJob = lazy(async () => ({ default: (await import('../../jobs/new-job-dialog.js')).NewJobDialog }));

interface TaskPanelProps {
  readonly editor: Editor;
  readonly place: TaskPlace;
  readonly jobs: readonly Job[];
  readonly projectId: string;
  readonly disabled: boolean;
  readonly onClose: () => void;
  readonly onCopy: (place: TaskPlace) => void;
  readonly onDelete: (place: TaskPlace) => void;
}

/** Everything of a task; what is changed is kept in the draft at once. */
export function TaskPanel({ editor, place, jobs, projectId, disabled, onClose, onCopy, onDelete }: TaskPanelProps) {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const panel = useRef<HTMLElement>(null);
  const at = useProblemAt(editor.problems);
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const { definition, change } = editor;
  const stage = definition.stages[place.stage];
  const task = stage?.tasks[place.task];
  if (stage === undefined || task === undefined) return null;
  const path = `/stages/${place.stage}/tasks/${place.task}`;
  const set = (part: { readonly [K in keyof Task]?: Task[K] | undefined }, field?: string): void =>
    change(changeTask(definition, place, part), field === undefined ? undefined : `${task.key} ${field}`);
  const job = jobs.find((one) => one.definition.name === task.job);
  const names = [...new Set([...jobs.map((one) => one.definition.name), ...(task.job === '' ? [] : [task.job])])];
  const needs = job?.definition.labels ?? [];
  return (
    <aside className="side-form" aria-label={task.name} ref={panel}>
      <header>
        <span className="kind">
          <IconHammer size={16} stroke={1.75} />
        </span>
        <div className="two grow">
          <b className="cut">{task.name}</b>
          <span className="second">{t('editor.taskIn', { stage: stage.name })}</span>
        </div>
        {disabled ? null : <MoveMenu editor={editor} place={place} name={task.name} />}
        {disabled ? null : (
          <ActionIcon aria-label={t('editor.copyTask')} onClick={() => onCopy(place)}>
            <IconCopy size={16} />
          </ActionIcon>
        )}
        {disabled ? null : (
          <ActionIcon aria-label={t('editor.deleteTask')} onClick={() => onDelete(place)}>
            <IconTrash size={16} />
          </ActionIcon>
        )}
        <ActionIcon aria-label={t('common.close')} onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      <div className="fields">
        <TextInput
          label={t('editor.name')}
          value={task.name}
          disabled={disabled}
          error={at(`${path}/name`)}
          onChange={(event) => set({ name: event.currentTarget.value }, 'name')}
        />
        <div>
          <p className="field-label row">
            <span className="grow">{t('editor.job')}</span>
            {job === undefined ? null : (
              <Link className="faint link-s" to={paths.job(projectId, job.id)} target="_blank">
                {t('editor.openJob')}
              </Link>
            )}
          </p>
          <Select
            aria-label={t('editor.job')}
            searchable
            disabled={disabled}
            placeholder={t('editor.chooseJob')}
            value={task.job === '' ? null : task.job}
            data={names}
            error={at(`${path}/job`)}
            onChange={(value) => set({ job: value ?? '', parameters: undefined })}
          />
          {disabled ? null : (
            <Button size="xs" mt={6} onClick={() => setMaking(true)}>
              {t('editor.createJob')}
            </Button>
          )}
        </div>
        {job === undefined ? null : <JobParameters editor={editor} place={place} job={job.definition} disabled={disabled} />}
        <fieldset>
          <legend>{t('editor.howItRuns')}</legend>
          <SecondsInput
            label={t('editor.timeLimit')}
            description={t('editor.timeLimitHint')}
            disabled={disabled}
            seconds={task.timeoutSeconds}
            error={at(`${path}/timeoutSeconds`)}
            onChange={(timeoutSeconds) => set({ timeoutSeconds }, 'timeout')}
          />
          <TagsInput
            label={t('editor.labels')}
            description={
              needs.length === 0 ? t('editor.labelsHintNone') : t('editor.labelsHint', { labels: needs.join(t('common.comma')) })
            }
            disabled={disabled}
            value={[...(task.labels ?? [])]}
            error={at(`${path}/labels`)}
            onChange={(labels) => set({ labels: labels.length === 0 ? undefined : labels })}
          />
          <ExecutorFields
            executor={task.executor}
            inherits
            disabled={disabled}
            onChange={(executor) => set({ executor }, 'executor')}
            error={(part) => at(`${path}/executor/${part}`)}
          />
          <RecoveryFields recovery={task.recovery} disabled={disabled} onChange={(recovery) => set({ recovery }, 'recovery')} />
        </fieldset>
      </div>
      <Suspense fallback={null}>
        {making ? (
          <NewJob projectId={projectId} onClose={() => setMaking(false)} onMade={(name) => set({ job: name, parameters: undefined })} />
        ) : null}
      </Suspense>
    </aside>
  );
}

/** Moving by menu, where there is nothing to drag with. */
function MoveMenu({ editor, place, name }: { readonly editor: Editor; readonly place: TaskPlace; readonly name: string }) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  const stage = definition.stages[place.stage];
  const move = (to: TaskPlace): void => change(moveTask(definition, place, to));
  const ordered = stage?.mode === 'serial';
  return (
    <Menu>
      <MenuTarget>
        <ActionIcon aria-label={t('editor.taskActions', { name })}>
          <IconArrowsMove size={16} />
        </ActionIcon>
      </MenuTarget>
      <MenuList>
        {ordered ? (
          <MenuItem refused={place.task === 0 ? '' : undefined} onClick={() => move({ ...place, task: place.task - 1 })}>
            {t('common.moveUp')}
          </MenuItem>
        ) : null}
        {ordered ? (
          <MenuItem
            refused={place.task === (stage?.tasks.length ?? 0) - 1 ? '' : undefined}
            onClick={() => move({ ...place, task: place.task + 1 })}
          >
            {t('common.moveDown')}
          </MenuItem>
        ) : null}
        {definition.stages.map((one, index) =>
          index === place.stage ? null : (
            <MenuItem key={one.key} onClick={() => move({ stage: index, task: one.tasks.length })}>
              {t('editor.move', { stage: one.name })}
            </MenuItem>
          ),
        )}
      </MenuList>
    </Menu>
  );
}
