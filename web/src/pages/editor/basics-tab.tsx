import { NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useProjects } from '../../app/project.js';
import { tidy } from '../../editor/definition.js';
import { useProblemAt } from './fields/problem-text.js';
import { SecondsInput } from './fields/seconds-input.js';
import type { Editor } from './shell/use-editor.js';

const hour = 3_600;
const usual = { maxRuns: 5, whenFull: 'queue' } as const;

interface BasicsProps {
  readonly editor: Editor;
  readonly disabled: boolean;
  readonly project?: { readonly id: string; readonly choose: (id: string) => void } | undefined;
}

/** W8 and X4: name, description, and how many runs there may be at once. */
export function BasicsTab({ editor, disabled, project }: BasicsProps) {
  const { t } = useTranslation();
  const { data: projects } = useProjects();
  const at = useProblemAt(editor.problems);
  const { definition, change } = editor;
  const concurrency = definition.concurrency ?? usual;
  return (
    <div className="scroll">
      <div className="body">
        {project === undefined ? null : (
          <Select
            label={t('editor.project')}
            data={projects?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            value={project.id}
            onChange={(id) => {
              if (id !== null) project.choose(id);
            }}
            searchable
          />
        )}
        <TextInput
          label={t('editor.name')}
          autoFocus={project !== undefined}
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
          onChange={(event) =>
            change(
              tidy({ ...definition, description: event.currentTarget.value.replace(/\n/g, ' ') || undefined }) as typeof definition,
              'description',
            )
          }
        />
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
            onChange={(value) =>
              change({ ...definition, concurrency: { ...concurrency, whenFull: value === 'refuse' ? 'refuse' : 'queue' } })
            }
          />
        </div>
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
            onChange={(value) =>
              change(tidy({ ...definition, priority: Number(value) === 0 ? undefined : Number(value) }) as typeof definition, 'priority')
            }
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
            onChange={(seconds) => change(tidy({ ...definition, queueLimitSeconds: seconds }) as typeof definition, 'queueLimit')}
          />
        </div>
      </div>
    </div>
  );
}
