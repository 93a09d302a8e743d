import type { PipelineId } from '@drover/protocol';
import type { Pipeline, Refs, RunView } from '@drover/protocol/api';
import { Modal } from '@mantine/core';
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { get, post } from '../api/client.js';
import { keys } from '../api/keys.js';
import { paths } from '../app/paths.js';
import { useWatch } from '../live/live.js';
import { Failure, Loading } from '../parts/states.js';
import { chosenTasks, startBody, untouched, type Choice } from './choice.js';
import { RunForm } from './run-form.js';
import './run-dialog.css';
import { useFocusReturn } from '../parts/overlays/use-focus-return.js';

interface RunDialogProps {
  readonly pipelineId: PipelineId;
  readonly onClose: () => void;
}

/** X1, X6: starts a run with the newest configuration. */
export function RunDialog({ pipelineId, onClose }: RunDialogProps) {
  const { t } = useTranslation();
  useFocusReturn();
  const pipeline = useQuery({
    queryKey: [...keys.pipeline(pipelineId), 'newest'],
    queryFn: () => get<Pipeline>(`/pipelines/${pipelineId}`),
    staleTime: 0,
    gcTime: 0,
  });
  useWatch({ type: 'watchRuns', pipelineId }); // what other runs take is shown at once
  const name = pipeline.data?.definition.name ?? '…';
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('runDialog.title', { name })}
      size={520}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {pipeline.data !== undefined ? (
        <Starting pipeline={pipeline.data} onClose={onClose} />
      ) : pipeline.error ? (
        <Failure error={pipeline.error} retry={() => void pipeline.refetch()} />
      ) : (
        <Loading rows={3} />
      )}
    </Modal>
  );
}

function Starting({ pipeline, onClose }: { readonly pipeline: Pipeline; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [choice, setChoice] = useState<Choice>(untouched);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const keyOf = useIdempotencyKey();
  const { definition } = pipeline;
  const refs = useQueries({
    queries: definition.sources.map(({ url, endpoint }) => ({
      queryKey: keys.refs(pipeline.projectId, url, endpoint),
      queryFn: () => post<Refs>(`/projects/${pipeline.projectId}/refs`, { url, ...(endpoint === undefined ? {} : { endpoint }) }),
      retry: false,
      staleTime: 30_000,
    })),
  });
  const start = async (): Promise<void> => {
    if (busy || chosenTasks(definition, choice).length === 0) return;
    setBusy(true);
    setError(null);
    try {
      const body = startBody(definition, choice, {
        refs: Object.fromEntries(refs.map(({ data }, i) => [i, data])),
        next: pipeline.autoIncrement,
      });
      const run = await post<RunView>(`/pipelines/${pipeline.id}/runs`, body, { 'idempotency-key': keyOf(body) });
      cache.setQueryData(keys.run(run.id), run);
      void cache.invalidateQueries({ queryKey: keys.runLists(pipeline.id) });
      onClose();
      void navigate(paths.run(pipeline.id, run.number));
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <RunForm pipeline={pipeline} refs={refs} choice={choice} onChange={setChoice} error={error} busy={busy} onStart={() => void start()} />
  );
}

/** One key for each body: a start that is sent twice starts once, and a changed one is another. */
function useIdempotencyKey(): (body: unknown) => string {
  const last = useRef<{ readonly body: string; readonly key: string } | undefined>(undefined);
  return (body) => {
    const text = JSON.stringify(body);
    if (last.current?.body !== text)
      last.current = {
        body: text,
        key: [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
      };
    return last.current.key;
  };
}
