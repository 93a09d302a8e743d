import type { AttemptView, RunView } from '@drover/protocol/api';
import { Tooltip } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { paths } from '../../../app/paths.js';
import { duration } from '../../../format/amounts.js';
import { useNow } from '../../../format/ticker.js';
import { Empty, Loading } from '../../../parts/states.js';
import { StatusMark } from '../../../parts/runs/status-mark.js';
import { isOver, tasksOf } from '../run-state.js';
import { ticks, timingOf, type Bar, type Lane, type Timing } from './timing.js';

/** V8: where the time of a run went, one lane for each task. */
export function RunTiming({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  const now = useNow();
  const begun = tasksOf(run).filter(({ task }) => task.attemptId !== undefined);
  const queries = useQueries({
    queries: begun.map(({ task }) => ({
      queryKey: keys.attempts(run.id, task.key),
      queryFn: () => get<readonly AttemptView[]>(`/runs/${run.id}/attempts`, { taskKey: task.key }),
    })),
  });
  const timing = timingOf(
    run,
    queries.flatMap(({ data }) => data ?? []),
    now,
  );
  if (timing === undefined) return queries.some(({ isPending }) => isPending) ? <Loading /> : <Empty title={t('run.timing.none')} />;
  return (
    <div className="scroll">
      <div className="legend">
        {(['queued', 'checkout', 'steps', 'failed'] as const).map((name) => (
          <span key={name}>
            <i className={`bar ${name === 'steps' ? 'step' : name}`} />
            {t(`run.timing.${name}`)}
          </span>
        ))}
        <span className="grow" />
        <span className="num">
          {t('run.timing.sentence', {
            queued: duration(timing.queuedMs),
            checkout: duration(timing.checkoutMs),
            steps: duration(timing.stepsMs),
          })}
        </span>
      </div>
      <Waterfall run={run} timing={timing} live={!isOver(run)} />
    </div>
  );
}

function Waterfall({ run, timing, live }: { readonly run: RunView; readonly timing: Timing; readonly live: boolean }) {
  const { t } = useTranslation();
  const length = Math.max(1_000, timing.to - timing.from);
  return (
    <table className="wf" aria-label={t('run.timing.table')}>
      <thead>
        <tr>
          <th>
            <span className="sr">{t('run.timing.task')}</span>
          </th>
          <td className="lane axis" aria-hidden="true">
            {ticks(length).map((at) => (
              <span key={at} style={{ left: `${(at / length) * 100}%` }}>
                {duration(at)}
              </span>
            ))}
          </td>
          <th className="num">
            <span className="sr">{t('run.timing.took')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {timing.lanes.map((lane, i) => (
          <LaneRow
            key={lane.taskKey}
            run={run}
            lane={lane}
            first={timing.lanes[i - 1]?.stage !== lane.stage}
            from={timing.from}
            length={length}
          />
        ))}
      </tbody>
      {live ? (
        <tfoot>
          <tr>
            <td />
            <td className="lane now-lane" />
            <td />
          </tr>
        </tfoot>
      ) : null}
    </table>
  );
}

function LaneRow({
  run,
  lane,
  first,
  from,
  length,
}: {
  readonly run: RunView;
  readonly lane: Lane;
  readonly first: boolean;
  readonly from: number;
  readonly length: number;
}) {
  const { t } = useTranslation();
  const parts = lane.bars.map((bar) => `${nameOf(bar, t)} ${duration(bar.to - bar.from)}`).join(t('common.comma'));
  const took = lane.bars.filter(({ kind }) => kind !== 'queued').reduce((sum, bar) => sum + bar.to - bar.from, 0);
  return (
    <>
      {first ? (
        <tr className="group">
          <th scope="rowgroup" colSpan={3}>
            {lane.stage}
          </th>
        </tr>
      ) : null}
      <tr>
        <th scope="row">
          <Link className="row" to={paths.run(run.pipelineId, run.number, lane.taskKey)}>
            <StatusMark status={lane.status} size={14} />
            <span className="cut">{lane.name}</span>
          </Link>
        </th>
        <td className="lane">
          <span className="sr">{t('run.timing.lane', { task: lane.name, parts })}</span>
          {lane.bars.map((bar, i) => (
            <Piece key={i} bar={bar} from={from} length={length} />
          ))}
        </td>
        <td className="num">{duration(took)}</td>
      </tr>
    </>
  );
}

const nameOf = (bar: Bar, t: TFunction): string => (bar.kind === 'queued' ? t('run.timing.queued') : bar.name);

function Piece({ bar, from, length }: { readonly bar: Bar; readonly from: number; readonly length: number }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={`${nameOf(bar, t)}, ${duration(bar.to - bar.from)}`} openDelay={100}>
      <i
        className={`bar ${bar.kind}`}
        style={{ left: `${((bar.from - from) / length) * 100}%`, width: `max(2px, ${((bar.to - bar.from) / length) * 100}%)` }}
      />
    </Tooltip>
  );
}
