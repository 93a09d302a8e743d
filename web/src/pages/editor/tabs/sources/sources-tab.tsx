import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../../../parts/states.js';
import type { Editor } from '../../shell/use-editor.js';
import { SourceCard } from './source-card.js';

interface SourcesProps {
  readonly editor: Editor;
  readonly projectId: string;
  readonly disabled: boolean;
}

/** S2, S5, S6: repositories, their default branches from the remote, their aliases. */
export function SourcesTab({ editor, projectId, disabled }: SourcesProps) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  const add = (): void => change({ ...definition, sources: [...definition.sources, { type: 'git', url: '', defaultBranch: 'main' }] });
  const addButton = disabled ? null : (
    <Button leftSection={<IconPlus size={16} />} onClick={add}>
      {t('editor.addSource')}
    </Button>
  );
  return (
    <div className="scroll">
      <div className="body">
        <p className="soft">{t('editor.sourcesText')}</p>
        {definition.sources.length === 0 ? <Empty title={t('editor.source')} actions={addButton} /> : null}
        {definition.sources.map((source, index) => (
          <SourceCard key={index} editor={editor} index={index} source={source} projectId={projectId} disabled={disabled} />
        ))}
        {definition.sources.length === 0 ? null : <div>{addButton}</div>}
      </div>
    </div>
  );
}
