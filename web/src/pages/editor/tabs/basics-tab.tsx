import { NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useProjects } from '../../../app/project.js';
import { tidy } from '../../../editor/definition.js';
import { useProblemAt } from '../fields/problem-text.js';
import { SecondsInput } from '../fields/seconds-input.js';
import type { Editor } from '../shell/use-editor.js';

interface FieldsProps {
  readonly editor: Editor;
  readonly disabled: boolean;
}

interface BasicsProps extends FieldsProps {
  readonly project?: ProjectProps | undefined;
}

/** W8 and X4: name, description, and how many runs there may be at once. */
export function BasicsTab({ editor, disabled, project }: BasicsProps) {
  return (
    <div className="scroll">
      <div className="body">
        {project === undefined ? null : <ProjectField {...project} />}
        <NameFields editor={editor} disabled={disabled} isNew={project !== undefined} />
        <ConcurrencyFields editor={editor} disabled={disabled} />
        <QueueFields editor={editor} disabled={disabled} />
        <RetentionFields editor={editor} disabled={disabled} />
      </div>
    </div>
  );
}

interface ProjectProps {
  readonly id: string;
  readonly choose: (id: string) => void;
}

/** Where a new pipeline goes. */
function ProjectField({ id, choose }: ProjectProps) {
  const { t } = useTranslation();
  const { data: projects } = useProjects();
  return (
    <Select
      label={t('editor.project')}
      data={projects?.map((project) => ({ value: project.id, label: project.name })) ?? []}
      value={id}
      onChange={(chosen) => {
        if (chosen !== null) choose(chosen);
      }}
      searchable
    />
  );
}

function NameFields({ editor, disabled, isNew }: FieldsProps & { readonly isNew: boolean }) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  const { definition, change } = editor;
  const describe = (text: string): void =>
    change(tidy({ ...definition, description: text.replace(/\n/g, ' ') || undefined }) as typeof definition, 'description');
  return (
    <>
      <TextInput
        label={t('editor.name')}
        autoFocus={isNew}
        value={definition.name}
        disabled={disabled}
        error={at('/name')}
        onChange={(event) => change({ ...definition, name: event.currentTarget.value }, 'name')}
      />
      <Textarea
        label={t('editor.description')}
        autosize
        minRows={2}
        value={definition.description ?? ''}
        disabled={disabled}
        error={at('/description')}
        onChange={(event) => describe(event.currentTarget.value)}
      />
    </>
  );
}

const usual = { maxRuns: 5, whenFull: 'queue' } as const;

/** How many runs there may be at once, and what becomes of one more. */
function ConcurrencyFields({ editor, disabled }: FieldsProps) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  const { definition, change } = editor;
  const concurrency = definition.concurrency ?? usual;
  return (
    <div className="pair">
      <NumberInput
        label={t('editor.runsAtOnce')}
        min={1}
        max={100}
        allowDecimal={false}
        disabled={disabled}
        value={concurrency.maxRuns}
        error={at('/concurrency/maxRuns')}
        onChange={(value) => change({ ...definition, concurrency: { ...concurrency, maxRuns: Number(value) || 1 } }, 'maxRuns')}
      />
      <Select
        label={t('editor.whenFull')}
        disabled={disabled}
        value={concurrency.whenFull}
        data={[
          { value: 'queue', label: t('editor.queue') },
          { value: 'refuse', label: t('editor.refuse') },
        ]}
        onChange={(value) => change({ ...definition, concurrency: { ...concurrency, whenFull: value === 'refuse' ? 'refuse' : 'queue' } })}
      />
    </div>
  );
}

const hour = 3_600;

/** Which runs go first, and how long one waits at most. */
function QueueFields({ editor, disabled }: FieldsProps) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  const { definition, change } = editor;
  const set = (part: object, field: string): void => change(tidy<typeof definition>({ ...definition, ...part }), field);
  return (
    <div className="pair">
      <NumberInput
        label={t('editor.priority')}
        description={t('editor.priorityHint')}
        min={-100}
        max={100}
        allowDecimal={false}
        disabled={disabled}
        value={definition.priority ?? 0}
        error={at('/priority')}
        onChange={(value) => set({ priority: Number(value) === 0 ? undefined : Number(value) }, 'priority')}
      />
      <SecondsInput
        label={t('editor.queueLimit')}
        description={' '}
        unitSeconds={hour}
        unit={t('editor.hours')}
        placeholder={`24 ${t('editor.hours')}`}
        disabled={disabled}
        seconds={definition.queueLimitSeconds}
        error={at('/queueLimitSeconds')}
        onChange={(queueLimitSeconds) => set({ queueLimitSeconds }, 'queueLimit')}
      />
    </div>
  );
}

/** How long finished runs are kept; empty leaves it to the farm's settings. */
function RetentionFields({ editor, disabled }: FieldsProps) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  const { definition, change } = editor;
  const set = (name: 'days' | 'runs', value: number | string): void => {
    const retention = tidy({ ...definition.retention, [name]: value === '' ? undefined : Number(value) });
    const { retention: _before, ...rest } = definition;
    change(Object.keys(retention).length === 0 ? rest : { ...rest, retention }, `retention ${name}`);
  };
  const [days, runs] = (['days', 'runs'] as const).map((name) => (
    <NumberInput
      key={name}
      label={t(`editor.keep.${name}`)}
      description={t('editor.keep.hint')}
      min={1}
      allowDecimal={false}
      disabled={disabled}
      value={definition.retention?.[name] ?? ''}
      error={at(`/retention/${name}`)}
      onChange={(value) => set(name, value)}
    />
  ));
  return (
    <div className="pair">
      {days}
      {runs}
    </div>
  );
}
