import type { RunView } from '@drover/protocol/api';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { paths } from '../../app/paths.js';
import { useFollowProject } from '../../app/project.js';
import { TopBar } from '../../frame/top-bar.js';
import { Failure, Loading, NotFound } from '../../parts/states.js';
import { ApiError } from '../../api/problem.js';
import { RunGraph } from './run-graph.js';
import { RunHead } from './run-head.js';
import { chosenTask, tabOf, type PlacedTask } from './run-state.js';
import { RunTabs } from './run-tabs.js';
import { useRun } from './use-run.js';
import './run.css';
import './run-graph.css';
import './sides/run-sides.css';

/** V3: one run. Reason or progress first, then stages, then the chosen task's log and the run's other sides. */
export default function RunPage() {
  const { t } = useTranslation();
  const { pipelineId = '', number = '', tab } = useParams();
  const query = useRun(pipelineId, Number(number));
  useFollowProject(query.data?.projectId);
  const run = query.data;
  const crumbs = [
    ...(run === undefined ? [] : [{ label: run.projectName, to: paths.projectPipelines(run.projectId) }]),
    { label: run?.pipelineName ?? '…', to: paths.history(pipelineId) },
    { label: `#${number}` },
  ];
  return (
    <>
      <TopBar title={run === undefined ? `#${number}` : t('run.title', { pipeline: run.pipelineName, number })} crumbs={crumbs} />
      {run !== undefined ? (
        <Shown run={run} tab={tab} />
      ) : query.error instanceof ApiError && query.error.code === 'notFound' ? (
        <NotFound />
      ) : query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Loading />
      )}
    </>
  );
}

function Shown({ run, tab }: { readonly run: RunView; readonly tab: string | undefined }) {
  const [search, setSearch] = useSearchParams();
  const chosen = useSettledTask(run, search);
  const choose = useCallback((key: string) => setSearch({ task: key }, { preventScrollReset: true }), [setSearch]);
  return (
    <div className="run-page">
      <RunHead run={run} />
      <RunGraph run={run} chosen={chosen?.task.key} onChoose={choose} />
      <RunTabs run={run} tab={tabOf(tab)} chosen={chosen} attempt={search.get('attempt')} />
      <Announcer run={run} />
    </div>
  );
}

/** The chosen task stays chosen while the run continues: the page does not jump to the next one under the reader. */
function useSettledTask(run: RunView, search: URLSearchParams): PlacedTask | undefined {
  const settled = useRef<{ asked: string; key: string } | undefined>(undefined);
  const asked = `${run.id} ${search.get('task') ?? ''} ${search.get('stage') ?? ''}`;
  const before = settled.current?.asked === asked ? settled.current.key : undefined;
  const chosen = chosenTask(
    run,
    before === undefined ? { task: search.get('task'), stage: search.get('stage') } : { task: before, stage: null },
  );
  const key = chosen?.task.key;
  const begun = chosen?.task.attemptId !== undefined;
  useEffect(() => {
    if (key !== undefined && begun) settled.current = { asked, key };
  }, [asked, key, begun]);
  return chosen;
}

/** Says changes of the run's status politely, at most one sentence in 5 seconds. */
function Announcer({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState('');
  const sentence = t('run.statusNow', { number: run.number, status: t(`status.${run.status}`) });
  const first = useRef(sentence);
  useEffect(() => {
    if (sentence === first.current) return undefined;
    first.current = '';
    const timer = setTimeout(() => setSaid(sentence), 1_000);
    return () => clearTimeout(timer);
  }, [sentence]);
  return (
    <div className="sr" aria-live="polite">
      {said}
    </div>
  );
}
