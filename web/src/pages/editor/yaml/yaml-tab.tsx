import type { Job } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../../api/client.js';
import { fromYaml, pathOf, rangeOf, toYaml } from '../../../editor/yaml-text.js';
import { unknownFields, type Schema } from '../../../editor/schema.js';
import { sayProblem } from '../fields/problem-text.js';
import type { Editor } from '../shell/use-editor.js';
import { openYamlEditor, type ShownFault, type YamlEditor } from './code-editor.js';

interface YamlTabProps {
  readonly editor: Editor;
  readonly jobs: readonly Job[];
  readonly disabled: boolean;
}

/** The draft as text, with the same problems in its margin. What is not valid YAML stays here and changes nothing. */
export function YamlTab({ editor, jobs, disabled }: YamlTabProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<YamlEditor | undefined>(undefined);
  const [text, setText] = useState(() => editor.unread ?? toYaml(editor.definition));
  const schema = useQuery({
    queryKey: ['schema'],
    queryFn: () => get<Schema>('/schemas/drover.yaml.json'),
    staleTime: Infinity,
    retry: false,
  });
  const read = fromYaml(text);
  const latest = useRef(editor);
  useEffect(() => {
    latest.current = editor;
  });

  useEffect(() => {
    if (box.current === null) return undefined;
    const opened = openYamlEditor({
      parent: box.current,
      text: latest.current.unread ?? toYaml(latest.current.definition),
      readOnly: disabled,
      onChange: (next) => {
        setText(next);
        const result = fromYaml(next);
        if (result.ok) latest.current.change(result.definition, 'yaml');
        else latest.current.setUnread(next);
      },
    });
    view.current = opened;
    return () => opened.close();
  }, [disabled]);

  // Undo, redo and discard change the draft from outside: the text follows.
  const outside = read.ok ? JSON.stringify(read.definition) !== JSON.stringify(editor.definition) : editor.unread === undefined;
  useEffect(() => {
    if (!outside) return;
    const next = toYaml(editor.definition);
    setText(next);
    view.current?.replace(next);
  }, [outside, editor.definition]);

  const faults: readonly ShownFault[] = read.ok
    ? [
        ...editor.problems.map((problem) => ({ ...rangeOf(read.document, pathOf(problem.path)), message: sayProblem(t, problem) })),
        ...(schema.data === undefined
          ? []
          : unknownFields(schema.data, read.document.toJS()).map((path) => ({
              ...rangeOf(read.document, path),
              message: t('problems.unknownField', { name: String(path.at(-1)) }),
            }))),
      ]
    : read.faults.map((fault) =>
        'message' in fault ? fault : { from: fault.from, to: fault.to, message: t(`problems.${fault.code}`, { name: fault.name }) },
      );
  const shown = JSON.stringify(faults);
  const jobNames = jobs.map(({ definition }) => definition.name).join('\n');
  useEffect(() => view.current?.showFaults(JSON.parse(shown) as readonly ShownFault[]), [shown]);
  useEffect(() => view.current?.know({ schema: schema.data, jobs: jobNames === '' ? [] : jobNames.split('\n') }), [schema.data, jobNames]);
  return (
    <div className="yaml-tab">
      <p className="yaml-head">
        <span className={read.ok ? 'faint' : 'says failed'} role={read.ok ? undefined : 'alert'}>
          {read.ok ? t('editor.yamlText') : t('editor.yamlBroken')}
        </span>
      </p>
      <div className="yaml-box" ref={box} />
    </div>
  );
}
