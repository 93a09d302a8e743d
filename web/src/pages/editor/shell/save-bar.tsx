import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Caps } from '../../../keys/keys.js';
import type { Editor } from './use-editor.js';

interface SaveBarProps {
  readonly editor: Editor;
  readonly mayModify: boolean;
  readonly busy: boolean;
  /** Goes to where a problem is. */
  readonly show: (path: string) => void;
  readonly discard: () => void;
  readonly save: (thenRun: boolean) => void;
}

/** How the draft stands, and what is done with it. */
export function SaveBar({ editor, mayModify, busy, show, discard, save }: SaveBarProps) {
  const { t } = useTranslation();
  const { dirty, problems } = editor;
  const [first] = problems;
  return (
    <span className="row acts">
      {mayModify ? null : <span className="faint">{t('editor.mayNot')}</span>}
      {first === undefined ? null : (
        <button type="button" className="says failed unsaved" onClick={() => show(first.path)}>
          {t('editor.problems', { count: problems.length })}
        </button>
      )}
      {dirty ? <span className="faint unsaved">{t('editor.unsaved')}</span> : null}
      {dirty ? (
        <Button size="xs" onClick={discard}>
          {t('editor.discard')}
        </Button>
      ) : null}
      {mayModify ? <SaveButtons busy={busy} save={save} /> : null}
    </span>
  );
}

function SaveButtons({ busy, save }: Pick<SaveBarProps, 'busy' | 'save'>) {
  const { t } = useTranslation();
  return (
    <>
      <Button size="xs" loading={busy} onClick={() => save(true)}>
        {t('editor.saveAndRun')}
      </Button>
      <Button size="xs" variant="filled" loading={busy} onClick={() => save(false)}>
        {t('editor.save')}{' '}
        <span className="btn-keys">
          <Caps keys="mod+s" />
        </span>
      </Button>
    </>
  );
}
