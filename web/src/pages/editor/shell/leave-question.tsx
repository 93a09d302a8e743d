import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import { editorAddresses, type EditorTab } from '../../../editor/tabs.js';
import { ConfirmDialog } from '../../../parts/overlays/dialogs.js';
import { useUnloadQuestion } from '../../../parts/use-unload-question.js';

interface LeaveProps {
  readonly asks: boolean;
  readonly tabPath: (tab: EditorTab) => string;
}

/** Asks before unsaved work is left, inside the dashboard and when the window is closed. Tabs of the editor are no leaving. */
export function LeaveQuestion({ asks, tabPath }: LeaveProps) {
  const { t } = useTranslation();
  const own = editorAddresses(tabPath);
  const blocker = useBlocker(({ nextLocation }) => asks && !own.has(nextLocation.pathname));
  useUnloadQuestion(asks);
  if (blocker.state !== 'blocked') return null;
  return (
    <ConfirmDialog
      title={t('editor.unsaved')}
      action={t('editor.discard')}
      onClose={() => blocker.reset()}
      onConfirm={async () => blocker.proceed()}
    >
      {t('editor.leave')}
    </ConfirmDialog>
  );
}
