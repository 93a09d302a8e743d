import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { tabOf } from '../../../editor/problems.js';
import type { EditorTab } from '../../../editor/tabs.js';
import { TopBar, type Crumb } from '../../../frame/top-bar.js';
import { useKeys } from '../../../keys/keys.js';
import { Refusal } from '../../../parts/overlays/dialogs.js';
import { Conflict, type ConflictProps } from './conflict.js';
import { EditorTabs } from './editor-tabs.js';
import { LeaveQuestion } from './leave-question.js';
import { SaveBar } from './save-bar.js';
import type { Editor } from './use-editor.js';

interface ShellProps {
  readonly title: string;
  readonly crumbs: readonly Crumb[];
  readonly editor: Editor;
  readonly tab: EditorTab;
  readonly tabPath: (tab: EditorTab) => string;
  readonly busy: boolean;
  readonly mayModify: boolean;
  readonly save: (thenRun: boolean) => void;
  readonly discard: () => void;
  readonly refusal: readonly string[] | undefined;
  readonly conflict: ConflictProps | undefined;
  readonly children: ReactNode;
}

/** The editor's frame: tabs with their problems, save, undo, and a question before unsaved work is left. */
export function EditorShell({ title, crumbs, tab, refusal, conflict, children, ...editing }: ShellProps) {
  const { editor, tabPath, busy, mayModify, discard } = editing;
  const navigate = useNavigate();
  const show = (path: string): void => void navigate(tabPath(tabOf(path)));
  const save = (thenRun: boolean): void => {
    const [obstacle] = editor.obstacles;
    if (obstacle === undefined) return editing.save(thenRun);
    editor.showProblems();
    show(obstacle.path);
  };
  useEditorKeys(editor, () => {
    if (mayModify) save(false);
  });
  return (
    <>
      <TopBar title={title} crumbs={crumbs} />
      <nav className="tabs editor-tabs" aria-label={title}>
        <EditorTabs editor={editor} tab={tab} tabPath={tabPath} />
        <span className="grow" />
        <SaveBar editor={editor} mayModify={mayModify} busy={busy} show={show} discard={discard} save={save} />
      </nav>
      {conflict === undefined ? null : <Conflict {...conflict} />}
      {refusal === undefined ? null : (
        <div className="refusal">
          <Refusal>
            {refusal.map((sentence, place) => (
              <span key={place} className="sentence">
                {sentence}{' '}
              </span>
            ))}
          </Refusal>
        </div>
      )}
      {children}
      <LeaveQuestion asks={editor.dirty && !busy} tabPath={tabPath} />
    </>
  );
}

function useEditorKeys(editor: Editor, save: () => void): void {
  const { t } = useTranslation();
  useKeys([
    { keys: 'mod+s', label: t('editor.saveKey'), run: save },
    { keys: 'mod+z', label: t('editor.undo'), run: editor.undo },
    { keys: 'mod+shift+z', label: t('editor.redo'), run: editor.redo },
  ]);
}
