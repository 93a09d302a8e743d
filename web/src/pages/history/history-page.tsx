import type { Page, Pipeline, RunSummary } from '@drover/protocol/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { Button } from '@mantine/core';
import { get } from '../../api/client.js';
import { idOf } from '../../api/ids.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { useFollowProject } from '../../app/project.js';
import { useRunDialog } from '../../app/run-dialog.js';
import { TopBar } from '../../frame/top-bar.js';
import { useKeys } from '../../keys/keys.js';
import { useWatch } from '../../live/live.js';
import { Pager } from '../../parts/pager.js';
import { Empty, Failure, Loading } from '../../parts/states.js';
import { HistoryBar } from './history-bar.js';
import { apiQuery, changed, rangeOf, type Range } from './range.js';
import { RunTable } from './run-table.js';
import { Trend } from './trend.js';
import './history.css';

/** V1, V2: the runs of a pipeline, newest first. */
export default function HistoryPage() {
  const { t } = useTranslation();
  const { pipelineId = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const range = rangeOf(search);
  const pipeline = useQuery({ queryKey: keys.pipeline(pipelineId), queryFn: () => get<Pipeline>(`/pipelines/${pipelineId}`) });
  const query = apiQuery(range, new Date().getTimezoneOffset());
  const runs = useQuery({
    queryKey: keys.runList(pipelineId, query),
    queryFn: () => get<Page<RunSummary>>(`/pipelines/${pipelineId}/runs`, query),
    placeholderData: keepPreviousData,
  });
  useWatch({ type: 'watchRuns', pipelineId: idOf(pipelineId) });
  useFollowProject(pipeline.data?.projectId);
  const openRun = useRunDialog();
  const mayRun = pipeline.data?.mayExecute === true;
  useKeys([{ keys: 'r', label: t('history.runNow'), run: () => mayRun && openRun(idOf(pipelineId)) }]);
  const name = pipeline.data?.definition.name ?? '…';
  const failed = pipeline.error ?? (runs.data === undefined ? runs.error : null);
  const change = (next: Partial<Range>): void => setSearch(changed(search, next), { replace: true });
  return (
    <>
      <TopBar
        title={t('history.title', { name })}
        crumbs={[
          ...(pipeline.data === undefined
            ? []
            : [{ label: pipeline.data.projectName, to: paths.projectPipelines(pipeline.data.projectId) }]),
          { label: name },
        ]}
      />
      {failed !== null ? (
        <Failure error={failed} retry={() => void runs.refetch()} />
      ) : pipeline.data === undefined || runs.data === undefined ? (
        <Loading />
      ) : (
        <>
          <HistoryBar pipeline={pipeline.data} range={range} onChange={change} />
          {runs.data.items.length === 0 ? (
            <Nothing range={range} mayRun={mayRun} onRun={() => openRun(idOf(pipelineId))} onChange={change} />
          ) : (
            <>
              <div className="scroll">
                {range.page === 1 ? <Trend runs={runs.data.items} /> : null}
                <RunTable runs={runs.data.items} />
              </div>
              <Pager page={runs.data} onPage={(page) => change({ page })} />
            </>
          )}
        </>
      )}
    </>
  );
}

function Nothing({
  range,
  mayRun,
  onRun,
  onChange,
}: {
  readonly range: Range;
  readonly mayRun: boolean;
  readonly onRun: () => void;
  readonly onChange: (next: Partial<Range>) => void;
}) {
  const { t } = useTranslation();
  const { pipelineId = '' } = useParams();
  const any = useQuery({
    queryKey: keys.runList(pipelineId, { any: true }),
    queryFn: () => get<Page<RunSummary>>(`/pipelines/${pipelineId}/runs`, { days: 31, pageSize: 1 }),
  });
  if (any.data === undefined) return <Loading />;
  const run = mayRun ? (
    <Button variant="filled" onClick={onRun}>
      {t('history.runOnce')}
    </Button>
  ) : null;
  if (any.data.total === 0 && range.status === undefined)
    return (
      <Empty title={t('history.empty')} actions={run}>
        {t('history.emptyText')}
      </Empty>
    );
  const wider = ([14, 31] as const).filter((days) => range.from !== undefined || days > range.days);
  return (
    <Empty
      title={
        range.status !== undefined
          ? t('states.nothingHere')
          : range.from === undefined
            ? t('history.noneInRange', { count: range.days })
            : t('history.noneInDates')
      }
      actions={
        range.status !== undefined ? (
          <Button onClick={() => onChange({ status: undefined })}>{t('states.clearFilter')}</Button>
        ) : (
          wider.map((days) => (
            <Button key={days} onClick={() => onChange({ days, from: undefined, to: undefined })}>
              {t('history.days', { count: days })}
            </Button>
          ))
        )
      }
    >
      {t('history.noneText')}
    </Empty>
  );
}
