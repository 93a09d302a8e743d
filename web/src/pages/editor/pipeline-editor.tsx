import type { Job, Pipeline } from '@drover/protocol/api';
import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { tabs, type EditorTab } from '../../editor/tabs.js';
import type { Crumb } from '../../frame/top-bar.js';
import { Loading } from '../../parts/states.js';
import { BasicsTab } from './tabs/basics-tab.js';
import { ParametersTab } from './tabs/parameters/parameters-tab.js';
import { EditorShell } from './shell/editor-shell.js';
import { useEditor } from './shell/use-editor.js';
import { useSaving, type SavingProps } from './shell/use-saving.js';
import { SourcesTab } from './tabs/sources/sources-tab.js';
import { WorkflowTab } from './workflow/workflow-tab.js';
import { again } from '../../app/again.js';

const YamlTab = lazy(async () => ({ default: (await again(() => import('./yaml/yaml-tab.js'))).YamlTab }));

interface PipelineEditorProps extends SavingProps {
  readonly title: string;
  readonly crumbs: readonly Crumb[];
  readonly secretsSet: readonly string[];
  readonly next?: Pipeline['autoIncrement'];
  readonly jobs: readonly Job[] | undefined;
  readonly projectId: string;
  readonly project?: { readonly id: string; readonly choose: (id: string) => void };
  readonly mayModify: boolean;
  readonly copied: boolean;
  readonly tabPath: (tab: EditorTab) => string;
}

/** The editor of a new or stored pipeline: form and YAML are two views of one draft. */
export function PipelineEditor(props: PipelineEditorProps) {
  const { definition, jobs, isNew, projectId, mayModify, tabPath } = props;
  const editor = useEditor({ definition, jobs, isNew });
  const params = useParams();
  const tab = tabs.find((one) => one === params['tab']) ?? (isNew ? 'basics' : 'workflow');
  const saving = useSaving(props, editor);
  return (
    <EditorShell title={props.title} crumbs={props.crumbs} editor={editor} tab={tab} tabPath={tabPath} mayModify={mayModify} {...saving}>
      {tab === 'basics' ? <BasicsTab editor={editor} disabled={!mayModify} project={props.project} /> : null}
      {tab === 'sources' ? <SourcesTab editor={editor} projectId={projectId} disabled={!mayModify} /> : null}
      {tab === 'workflow' ? (
        <WorkflowTab editor={editor} jobs={jobs ?? []} projectId={projectId} disabled={!mayModify} sourcesPath={tabPath('sources')} />
      ) : null}
      {tab === 'parameters' ? (
        <ParametersTab editor={editor} secretsSet={props.secretsSet} next={props.next} copied={props.copied} disabled={!mayModify} />
      ) : null}
      {tab === 'yaml' ? (
        <Suspense fallback={<Loading />}>
          <YamlTab editor={editor} jobs={jobs ?? []} disabled={!mayModify} />
        </Suspense>
      ) : null}
    </EditorShell>
  );
}
