import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface ConflictProps {
  readonly reload: () => void;
  readonly saveOver: () => void;
  /** What is known of theirs; else that there is one. */
  readonly children?: ReactNode;
}

/** Somebody else saved meanwhile: theirs is taken, or saved over. */
export function Conflict({ reload, saveOver, children }: ConflictProps) {
  const { t } = useTranslation();
  return (
    <div className="stale" role="alert">
      <IconAlertTriangle size={14} />
      <span className="grow">{children ?? t('editor.conflict')}</span>
      <Button size="xs" onClick={reload}>
        {t('editor.reload')}
      </Button>
      <Button size="xs" onClick={saveOver}>
        {t('editor.saveOver')}
      </Button>
    </div>
  );
}
