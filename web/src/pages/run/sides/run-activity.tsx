import type { RunEventView, RunView } from '@drover/protocol/api';
import type { TFunction } from 'i18next';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { sayReason } from '../../../i18n/reason.js';
import { Empty, Loaded } from '../../../parts/states.js';
import { TableHead } from '../../../parts/table-head.js';
import { clockTime, exactTime } from '../../../format/times.js';
import { tasksOf } from '../run-state.js';

/** What an event adds: its outcome in words, the attempt's number; others as they are. */
const factsOf = (t: TFunction, facts: NonNullable<RunEventView['facts']>): string =>
  Object.entries(facts)
    .map(([name, value]) =>
      name === 'outcome'
        ? t(`status.${String(value)}`, { defaultValue: String(value) })
        : name === 'number'
          ? t('run.attempt', { number: value })
          : t(`run.fact.${name}`, {
              defaultValue: `${name} {{value}}`,
              value: name === 'source' ? Number(value) + 1 : name === 'commit' ? String(value).slice(0, 8) : value,
            }),
    )
    .join(t('common.comma'));

/** The name of an event; one that is not known here stands as it is. */
function eventName(t: TFunction, type: string): string {
  const names: Readonly<Record<string, string>> = t('runEvents', { returnObjects: true });
  return names[type] ?? type;
}

/** Who started, stopped and what happened to the run, in order. */
export function RunActivity({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: keys.runEvents(run.id), queryFn: () => get<readonly RunEventView[]>(`/runs/${run.id}/events`) });
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch, run.revision]);
  return (
    <Loaded query={query}>
      {(events) =>
        events.length === 0 ? (
          <Empty title={t('run.noActivity')} />
        ) : (
          <div className="scroll">
            <table className="grid dense cards">
              <TableHead columns={[t('run.when'), t('run.what'), t('run.who')]} />
              <tbody>
                {events.map((event, i) => (
                  <Row key={i} event={event} run={run} />
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Loaded>
  );
}

function Row({ event, run }: { readonly event: RunEventView; readonly run: RunView }) {
  const { t } = useTranslation();
  const task = tasksOf(run).find((placed) => placed.task.key === event.taskKey)?.task.name ?? event.taskKey;
  return (
    <tr>
      <td className="num when">
        <time dateTime={new Date(event.at).toISOString()} title={exactTime(event.at)}>
          {clockTime(event.at)}
        </time>
      </td>
      <td>
        <b>{eventName(t, event.type)}</b>
        {task === undefined ? null : <> · {task}</>}
        {event.reason === undefined ? null : <span className="soft"> {sayReason(t, event.reason)}</span>}
        {event.facts === undefined ? null : <span className="faint"> {factsOf(t, event.facts)}</span>}
      </td>
      <td className="soft">{event.by?.name ?? ''}</td>
    </tr>
  );
}
