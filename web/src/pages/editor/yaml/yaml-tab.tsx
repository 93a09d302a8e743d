import type { Job } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../../api/client.js';
import type { Schema } from '../../../editor/schema.js';
import { fromYaml, toYaml } from '../../../editor/yaml/yaml-text.js';
import type { Editor } from '../shell/use-editor.js';
import { openYamlEditor, type ShownFault, type YamlEditor } from './code-editor.js';
import { shownFaults } from './shown-faults.js';

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

  const shown = JSON.stringify(shownFaults({ t, read, problems: editor.problems, schema: schema.data }));
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
