import type { Pipeline } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { keys } from '../../../api/keys.js';
import { ApiError, sayError } from '../../../api/problem.js';
import { paths } from '../../../app/paths.js';
import { useRunDialog } from '../../../app/run-dialog.js';
import type { PipelineDefinition } from '../../../editor/definition.js';
import { fromServer } from '../../../editor/problems.js';
import { sayPlacedProblem } from '../fields/problem-text.js';
import { toast } from '../../../parts/overlays/toasts.js';
import type { Editor, SecretChanges } from './use-editor.js';

interface SaveBody {
  readonly definition: PipelineDefinition;
  readonly secrets?: SecretChanges;
  readonly version?: number;
}

export interface SavingProps {
  /** What is stored, or what a new pipeline begins with. */
  readonly definition: PipelineDefinition;
  readonly version?: number;
  readonly isNew: boolean;
  readonly save: (body: SaveBody) => Promise<Pipeline>;
  readonly reload?: () => Promise<Pipeline>;
}

/** Saving, its refusals, and what follows it. */
export function useSaving(props: SavingProps, editor: Editor) {
  const { t } = useTranslation();
  const [version, setVersion] = useState(props.version);
  const [error, setError] = useState<unknown>(null);
  const { busy, store } = useStore({ props, editor, setVersion, setError });
  const refusedAsOld = error instanceof ApiError && error.code === 'versionConflict';
  const isOld = !busy && version !== undefined && props.version !== undefined && props.version > version;
  const restart = (definition: PipelineDefinition, from: number | undefined): void => {
    editor.restart(definition);
    setVersion(from);
    setError(null);
  };
  const takeTheirs = async (): Promise<void> => {
    const theirs = await props.reload?.();
    if (theirs !== undefined) restart(theirs.definition, theirs.version);
  };
  const saveOver = async (): Promise<void> => store(false, (await props.reload?.())?.version);
  return {
    busy,
    refusal: error === null || refusedAsOld ? undefined : sayRefusal(t, error, editor.definition),
    save: (thenRun: boolean): void => {
      const isStored = !thenRun && !props.isNew && !editor.dirty && !isOld;
      if (isStored) toast('succeeded', t('editor.saved', { name: editor.definition.name }));
      else void store(thenRun, version);
    },
    discard: () => restart(props.definition, props.version),
    conflict:
      refusedAsOld || isOld
        ? { reload: () => void takeTheirs().catch(setError), saveOver: () => void saveOver().catch(setError) }
        : undefined,
  };
}

interface StoreParts {
  readonly props: SavingProps;
  readonly editor: Editor;
  readonly setVersion: (version: number) => void;
  readonly setError: (error: unknown) => void;
}

/** Sends the draft, one at a time; `over` is the version that is replaced. */
function useStore({ props, editor, setVersion, setError }: StoreParts) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const follow = useFollowUp(props.isNew);
  const [busy, setBusy] = useState(false);
  const under = useRef(false);
  /** What is stored, until that is shown. */
  const sent = useRef<PipelineDefinition>(undefined);
  useLayoutEffect(() => {
    if (!busy) sent.current = undefined;
  });
  const send = async (thenRun: boolean, over: number | undefined): Promise<void> => {
    const secrets = Object.keys(editor.secrets).length === 0 ? {} : { secrets: editor.secrets };
    const saved = await props.save({ definition: editor.definition, ...secrets, ...(over === undefined ? {} : { version: over }) });
    sent.current = editor.definition;
    editor.stored(editor.definition, saved.definition);
    setVersion(saved.version);
    setError(null);
    toast('succeeded', t('editor.saved', { name: saved.definition.name }));
    void cache.invalidateQueries({ queryKey: keys.pipelineLists });
    follow({ pipeline: saved, run: thenRun });
  };
  const store = async (thenRun: boolean, over: number | undefined): Promise<void> => {
    // a second press while the first is on its way, or before its end is shown
    if (under.current || editor.definition === sent.current) return;
    under.current = true;
    setBusy(true);
    try {
      await send(thenRun, over);
    } catch (refusal) {
      setError(refusal);
      if (refusal instanceof ApiError) editor.refused(fromServer(refusal.errors));
      void cache.invalidateQueries({ queryKey: keys.jobLists });
    } finally {
      under.current = false;
      setBusy(false);
    }
  };
  return { busy, store };
}

interface FollowUp {
  readonly pipeline: Pipeline;
  readonly run: boolean;
}

/** The run dialog where that was asked for, and the page of a pipeline that was new; each save is followed once. */
function useFollowUp(isNew: boolean): (next: FollowUp) => void {
  const navigate = useNavigate();
  const openRun = useRunDialog();
  const [next, setNext] = useState<FollowUp | undefined>(undefined);
  const followed = useRef<FollowUp | undefined>(undefined);
  // Leaving waits until the editor is clean again, so that its question is not asked.
  useEffect(() => {
    if (next === followed.current || next === undefined) return;
    followed.current = next;
    if (next.run) openRun(next.pipeline.id);
    if (isNew) void navigate(paths.edit(next.pipeline.id), { replace: true });
  }, [next, navigate, openRun, isNew]);
  return setNext;
}

/** Problems that are listed under a refusal; the tabs count the rest. */
const mostListed = 3;

/** W8: the refusal's sentence, then its first problems with the stage, task or field in which each lies. */
function sayRefusal(t: TFunction, error: unknown, definition: PipelineDefinition): readonly string[] {
  if (!(error instanceof ApiError) || error.errors.length === 0) return [sayError(error)];
  const faults = fromServer(error.errors).map((problem) => sayPlacedProblem(t, problem, definition));
  const rest = faults.length > mostListed ? [t('editor.moreProblems', { count: faults.length - mostListed })] : [];
  return [t('editor.refused'), ...faults.slice(0, mostListed), ...rest];
}
