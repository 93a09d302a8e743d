import type { Page, PipelineRow } from '@drover/protocol/api';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useFollowProject } from '../../app/project.js';
import { serverNow } from '../../format/clock.js';
import { Heading, TopBar } from '../../frame/top-bar.js';
import { loadAllTexts } from '../../i18n/index.js';
import { Caps } from '../../keys/keys.js';
import { Pager } from '../../parts/pager.js';
import { Loaded, NothingFound } from '../../parts/states.js';
import { Filters } from './filters.js';
import { countMovedUp, isFiltered, readList, sift, toQuery, writeList, type ListState } from './list-query.js';
import { NoPipelines } from './no-pipelines.js';
import { PipelineTable } from './table/pipeline-table.js';
import { Tallies } from './tallies.js';
import { useListKeys } from './table/use-list-keys.js';
import { again } from '../../app/again.js';

const DeletePipeline = lazy(async () => ({ default: (await again(() => import('./delete-pipeline.js'))).DeletePipeline }));
const ImportDialog = lazy(async () => {
  const [{ ImportDialog: Dialog }] = await Promise.all([again(() => import('./import-dialog.js')), loadAllTexts()]);
  return { default: Dialog };
});

/** L1–L7: the pipelines that the person may see, live. */
export default function PipelinesPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const state = readList(address);
  const change = (part: Partial<ListState>): void => setAddress(writeList(state, part), { replace: part.search !== undefined });
  const [doomed, setDoomed] = useState<PipelineRow | undefined>(undefined);
  const [importing, setImporting] = useState(false);
  useFollowProject(state.project);
  const query = toQuery(state);
  const list = useQuery({
    queryKey: keys.pipelineList(query),
    queryFn: ({ signal }) => get<Page<PipelineRow>>('/pipelines', query, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <TopBar title={t('pipelines.title')} heading={<Heading count={list.data?.total}>{t('pipelines.title')}</Heading>}>
        <Tallies chosen={state.tally} onChoose={(tally) => change({ tally })} />
      </TopBar>
      <Filters state={state} change={change} total={list.data?.total} onImport={() => setImporting(true)} />
      <Loaded query={list} rows={10}>
        {(page) => (
          <List
            page={sift(page, state.tally, midnight())}
            state={state}
            change={change}
            onDelete={setDoomed}
            onImport={() => setImporting(true)}
          />
        )}
      </Loaded>
      <Suspense fallback={null}>
        {doomed === undefined ? null : <DeletePipeline row={doomed} onClose={() => setDoomed(undefined)} />}
        {importing ? <ImportDialog projectId={state.project} onClose={() => setImporting(false)} /> : null}
      </Suspense>
    </>
  );
}

const midnight = (): number => new Date(serverNow()).setHours(0, 0, 0, 0);

interface ListProps {
  readonly page: Page<PipelineRow>;
  readonly state: ListState;
  readonly change: (part: Partial<ListState>) => void;
  readonly onDelete: (row: PipelineRow) => void;
  readonly onImport: () => void;
}

function List({ page, state, change, onDelete, onImport }: ListProps) {
  const { t } = useTranslation();
  const selected = useListKeys(page.items, `${state.page} ${state.sort}`);
  if (page.items.length === 0 && !isFiltered(state)) return <NoPipelines onImport={onImport} />;
  if (page.items.length === 0)
    return (
      <NothingFound
        search={state.search}
        onClear={() => change({ show: 'all', search: '', project: undefined, person: undefined, tally: undefined })}
      />
    );
  return (
    <>
      <Held rows={page.items} holds={state.sort === 'lastStart' && !state.ascending && state.tally === undefined}>
        <PipelineTable rows={page.items} state={state} change={change} selected={selected} onDelete={onDelete} />
      </Held>
      <Pager page={page} onPage={(next) => change({ page: next })}>
        <span className="list-keys">
          <Caps keys="j" />
          <Caps keys="k" /> {t('pipelines.keyMove')} <Caps keys="Enter" /> {t('pipelines.keyOpen')} <Caps keys="r" />{' '}
          {t('pipelines.keyRun')} <Caps keys="s" /> {t('pipelines.keyFavourite')}
        </span>
      </Pager>
    </>
  );
}

/** Nothing moves under the pointer: rows that would stand higher wait behind a button, and move by themselves once nobody is in the list. */
function Held({
  rows,
  holds,
  children,
}: {
  readonly rows: readonly PipelineRow[];
  readonly holds: boolean;
  readonly children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const box = useRef<HTMLDivElement>(null);
  const moved = holds ? countMovedUp(rows) : 0;
  const show = (): void => void cache.invalidateQueries({ queryKey: keys.pipelineLists });
  useEffect(() => {
    if (moved === 0) return;
    const timer = setInterval(() => {
      const occupied = box.current?.matches(':hover, :focus-within') ?? false;
      if (!occupied) void cache.invalidateQueries({ queryKey: keys.pipelineLists });
    }, 2_000);
    return () => clearInterval(timer);
  }, [moved, cache]);
  return (
    <div className="scroll list-scroll" ref={box}>
      {moved === 0 ? null : (
        <button type="button" className="moved" onClick={show}>
          {t('pipelines.movedUp', { count: moved })}
        </button>
      )}
      {children}
    </div>
  );
}
