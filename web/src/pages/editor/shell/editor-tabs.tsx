import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { tabOf } from '../../../editor/problems.js';
import { tabs, type EditorTab } from '../../../editor/tabs.js';
import type { Editor } from './use-editor.js';

interface TabsProps {
  readonly editor: Editor;
  readonly tab: EditorTab;
  readonly tabPath: (tab: EditorTab) => string;
}

/** The tabs, each with its problems, else with how much is in it. */
export const EditorTabs = ({ editor, tab, tabPath }: TabsProps) =>
  tabs.map((one) => <TabLink key={one} tab={one} editor={editor} to={tabPath(one)} current={one === tab} />);

interface TabLinkProps {
  readonly tab: EditorTab;
  readonly editor: Editor;
  readonly to: string;
  readonly current: boolean;
}

function TabLink({ tab, editor, to, current }: TabLinkProps) {
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
