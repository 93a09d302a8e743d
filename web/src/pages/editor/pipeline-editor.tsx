import type { Job, Pipeline } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { keys } from '../../api/keys.js';
import { ApiError } from '../../api/problem.js';
import { paths } from '../../app/paths.js';
import { useRunDialog } from '../../app/run-dialog.js';
import type { PipelineDefinition } from '../../editor/definition.js';
import { fromServer, type EditorTab } from '../../editor/problems.js';
import type { Crumb } from '../../frame/top-bar.js';
import { Loading } from '../../parts/states.js';
import { toast } from '../../parts/toasts.js';
import { BasicsTab } from './basics-tab.js';
import { ParametersTab } from './parameters-tab.js';
import { EditorShell, tabs } from './shell/editor-shell.js';
import { useEditor, type SecretChanges } from './shell/use-editor.js';
import { SourcesTab } from './sources-tab.js';
import { WorkflowTab } from './workflow/workflow-tab.js';

const YamlTab = lazy(async () => ({ default: (await import('./yaml/yaml-tab.js')).YamlTab }));

interface SaveBody {
  readonly definition: PipelineDefinition;
  readonly secrets?: SecretChanges;
  readonly version?: number;
}

interface PipelineEditorProps {
  readonly title: string;
  readonly crumbs: readonly Crumb[];
  readonly definition: PipelineDefinition;
  readonly version?: number;
  readonly secretsSet: readonly string[];
  readonly jobs: readonly Job[] | undefined;
  readonly projectId: string;
  readonly project?: { readonly id: string; readonly choose: (id: string) => void };
  readonly mayModify: boolean;
  readonly isNew: boolean;
  readonly copied: boolean;
  readonly tabPath: (tab: EditorTab) => string;
  readonly save: (body: SaveBody) => Promise<Pipeline>;
  readonly reload?: () => Promise<Pipeline>;
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
        <ParametersTab editor={editor} secretsSet={props.secretsSet} copied={props.copied} disabled={!mayModify} />
      ) : null}
      {tab === 'yaml' ? (
        <Suspense fallback={<Loading />}>
          <YamlTab editor={editor} jobs={jobs ?? []} disabled={!mayModify} />
        </Suspense>
      ) : null}
    </EditorShell>
  );
}

/** Saving, its refusals, and what follows it. */
function useSaving(props: PipelineEditorProps, editor: ReturnType<typeof useEditor>) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const openRun = useRunDialog();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [version, setVersion] = useState(props.version);
  const [followUp, setFollowUp] = useState<{ readonly pipeline: Pipeline; readonly run: boolean } | undefined>(undefined);
  const done = useRef(false);
  const under = useRef(false);

  // Leaving waits until the editor is clean again, so that its question is not asked.
  useEffect(() => {
    if (followUp === undefined || done.current) return;
    done.current = true;
    if (followUp.run) openRun(followUp.pipeline.id);
    if (props.isNew) void navigate(paths.edit(followUp.pipeline.id), { replace: true });
  }, [followUp, navigate, openRun, props.isNew]);

  const store = async (thenRun: boolean, over: number | undefined): Promise<void> => {
    if (under.current) return; // a second press while the first is on its way
    under.current = true;
    setBusy(true);
    done.current = false;
    try {
      const secrets = Object.keys(editor.secrets).length === 0 ? {} : { secrets: editor.secrets };
      const saved = await props.save({ definition: editor.definition, ...secrets, ...(over === undefined ? {} : { version: over }) });
      editor.stored(editor.definition, saved.definition);
      setVersion(saved.version);
      setError(null);
      toast('succeeded', t('editor.saved', { name: saved.definition.name }));
      void cache.invalidateQueries({ queryKey: keys.pipelineLists });
      setFollowUp({ pipeline: saved, run: thenRun });
    } catch (refusal) {
      setError(refusal);
      if (refusal instanceof ApiError) editor.refused(fromServer(refusal.errors));
    } finally {
      under.current = false;
      setBusy(false);
    }
  };

  const refusedAsOld = error instanceof ApiError && error.code === 'versionConflict';
  const isOld = !busy && version !== undefined && props.version !== undefined && props.version > version;
  const conflicts = refusedAsOld || isOld;
  const takeTheirs = async (): Promise<void> => {
    const theirs = await props.reload?.();
    if (theirs === undefined) return;
    editor.restart(theirs.definition);
    setVersion(theirs.version);
    setError(null);
  };
  const saveOver = async (): Promise<void> => store(false, (await props.reload?.())?.version);
  const refusal =
    error === null || refusedAsOld
      ? undefined
      : error instanceof ApiError
        ? refusalText(error)
        : error instanceof Error
          ? error.message
          : 'unknown error';
  return {
    busy,
    refusal,
    save: (thenRun: boolean) => void store(thenRun, version),
    discard: () => {
      editor.restart(props.definition);
      setVersion(props.version);
      setError(null);
    },
    conflict: conflicts ? { reload: () => void takeTheirs().catch(setError), saveOver: () => void saveOver().catch(setError) } : undefined,
  };
}

/** The sentence, and those of its problems that have no place in the definition. */
const refusalText = (error: ApiError): string =>
  [
    error.detail,
    ...error.errors.filter(({ path }) => !path.startsWith('/definition/')).map(({ path, message }) => `${path} ${message}`),
  ].join(' ');
