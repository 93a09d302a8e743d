import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useBlocker, useNavigate } from 'react-router';
import { problemsBelow, tabOf, type EditorTab } from '../../../editor/problems.js';
import { TopBar, type Crumb } from '../../../frame/top-bar.js';
import { Caps, useKeys } from '../../../keys/keys.js';
import { ConfirmDialog, Refusal } from '../../../parts/dialogs.js';
import { useUnloadQuestion } from '../../../parts/use-unload-question.js';
import type { Editor } from './use-editor.js';

export const tabs = ['basics', 'sources', 'workflow', 'parameters', 'yaml'] as const satisfies readonly EditorTab[];

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
  readonly refusal: ReactNode;
  readonly conflict: { readonly reload: () => void; readonly saveOver: () => void } | undefined;
  readonly children: ReactNode;
}

/** The editor's frame: tabs with their problems, save, undo, and a question before unsaved work is left. */
export function EditorShell({
  title,
  crumbs,
  editor,
  tab,
  tabPath,
  busy,
  mayModify,
  save,
  discard,
  refusal,
  conflict,
  children,
}: ShellProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const blocked = useLeaveQuestion(editor.dirty && !busy, tabPath);
  const [first] = editor.problems;
  const tryToSave = (thenRun: boolean): void => {
    const [obstacle] = editor.obstacles;
    if (obstacle === undefined) return save(thenRun);
    editor.showProblems();
    void navigate(tabPath(tabOf(obstacle.path)));
  };
  useKeys([
    {
      keys: 'mod+s',
      label: t('editor.saveKey'),
      run: () => {
        if (mayModify) tryToSave(false);
      },
    },
    { keys: 'mod+z', label: t('editor.undo'), run: editor.undo },
    { keys: 'mod+shift+z', label: t('editor.redo'), run: editor.redo },
  ]);
  return (
    <>
      <TopBar title={title} crumbs={crumbs} />
      <nav className="tabs editor-tabs" aria-label={title}>
        {tabs.map((one) => (
          <Tab key={one} tab={one} editor={editor} to={tabPath(one)} current={one === tab} />
        ))}
        <span className="grow" />
        <span className="row acts">
          {mayModify ? null : <span className="faint">{t('editor.mayNot')}</span>}
          {first === undefined ? null : (
            <button type="button" className="says failed unsaved" onClick={() => void navigate(tabPath(tabOf(first.path)))}>
              {t('editor.problems', { count: editor.problems.length })}
            </button>
          )}
          {editor.dirty ? <span className="faint unsaved">{t('editor.unsaved')}</span> : null}
          {editor.dirty ? (
            <Button size="xs" onClick={discard}>
              {t('editor.discard')}
            </Button>
          ) : null}
          {mayModify ? (
            <Button size="xs" loading={busy} onClick={() => tryToSave(true)}>
              {t('editor.saveAndRun')}
            </Button>
          ) : null}
          {mayModify ? (
            <Button size="xs" variant="filled" loading={busy} onClick={() => tryToSave(false)}>
              {t('editor.save')}{' '}
              <span className="btn-keys">
                <Caps keys="mod+s" />
              </span>
            </Button>
          ) : null}
        </span>
      </nav>
      {conflict === undefined ? null : (
        <div className="stale" role="alert">
          <IconAlertTriangle size={14} />
          <span className="grow">{t('editor.conflict')}</span>
          <Button size="xs" onClick={conflict.reload}>
            {t('editor.reload')}
          </Button>
          <Button size="xs" onClick={conflict.saveOver}>
            {t('editor.saveOver')}
          </Button>
        </div>
      )}
      {refusal === undefined ? null : (
        <div className="refusal">
          <Refusal>{refusal}</Refusal>
        </div>
      )}
      {children}
      {blocked === undefined ? null : (
        <ConfirmDialog
          title={t('editor.unsaved')}
          action={t('editor.discard')}
          onClose={blocked.stay}
          onConfirm={async () => blocked.leave()}
        >
          {t('editor.leave')}
        </ConfirmDialog>
      )}
    </>
  );
}

function Tab({
  tab,
  editor,
  to,
  current,
}: {
  readonly tab: EditorTab;
  readonly editor: Editor;
  readonly to: string;
  readonly current: boolean;
}) {
  const { t } = useTranslation();
  const bad = editor.problems.filter(({ path }) => tabOf(path) === tab).length;
  const counts: Readonly<Partial<Record<EditorTab, number>>> = {
    sources: editor.definition.sources.length,
    parameters: editor.definition.parameters.length,
  };
  const count = counts[tab];
  return (
    <NavLink to={to} replace end aria-current={current ? 'page' : undefined}>
      {t(`editor.${tab}`)}
      {bad > 0 ? (
        <span className="n bad" aria-label={t('editor.problems', { count: bad })}>
          {bad}
        </span>
      ) : count === undefined || count === 0 ? null : (
        <span className="n">{count}</span>
      )}
    </NavLink>
  );
}

/** Asks before unsaved work is left, inside the dashboard and when the window is closed. Tabs of the editor are no leaving. */
function useLeaveQuestion(
  asks: boolean,
  tabPath: (tab: EditorTab) => string,
): { readonly stay: () => void; readonly leave: () => void } | undefined {
  const own = new Set(tabs.map((tab) => tabPath(tab).split('?')[0]));
  const blocker = useBlocker(({ nextLocation }) => asks && !own.has(nextLocation.pathname));
  useUnloadQuestion(asks);
  return blocker.state === 'blocked' ? { stay: () => blocker.reset(), leave: () => blocker.proceed() } : undefined;
}

export const countBelow = (editor: Editor, path: string): number => problemsBelow(editor.problems, path).length;
