import type { QueueItem } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../app/paths.js';
import { Pager } from '../../../parts/pager.js';
import { StatusMark } from '../../../parts/runs/status-mark.js';
import { WaitingWords } from '../../../parts/runs/waiting-words.js';
import { Empty, Loaded } from '../../../parts/states.js';
import { TableHead } from '../../../parts/table-head.js';
import { Lasting } from '../../../parts/times.js';
import { WaitingDrawer, type Waiting } from '../../waiting/waiting-panel.js';
import { useQueue } from './use-queue.js';

/** What waits, and for each why. */
export function QueueTab() {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const query = useQueue(page);
  const [shown, setShown] = useState<Waiting | undefined>(undefined);
  return (
    <>
      <Loaded query={query}>
        {(found) =>
          found.items.length === 0 && found.page === 1 ? (
            <Empty title={t('agents.queue.empty')}>{t('agents.queue.emptyText')}</Empty>
          ) : (
            <>
              <div className="scroll">
                <table className="grid queue-table" aria-label={t('agents.queue.queuedRuns')}>
                  <TableHead columns={[t('agents.queue.task'), t('agents.queue.reason'), t('agents.queue.since')]} acts />
                  <tbody>
                    {found.items.map((item) => (
                      <Row key={item.task?.attemptId ?? item.runId} item={item} onWhy={setShown} />
                    ))}
                  </tbody>
                </table>
              </div>
              <Pager page={found} onPage={setPage} />
            </>
          )
        }
      </Loaded>
      {shown === undefined ? null : <WaitingDrawer subject={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function subjectOf({ runId, pipelineName, runNumber, task }: QueueItem): Waiting {
  const name = `${pipelineName} #${runNumber}`;
  return task === undefined ? { type: 'run', id: runId, name } : { type: 'attempt', id: task.attemptId, name, task: task.name };
}

function Row({ item, onWhy }: { readonly item: QueueItem; readonly onWhy: (subject: Waiting) => void }) {
  const { t } = useTranslation();
  const subject = subjectOf(item);
  return (
    <tr>
      <td>
        <span className="who">
          <StatusMark status="queued" />
          <span className="two">
            <Link className="strong cut" to={paths.run(item.pipelineId, item.runNumber)}>
              {subject.name}
            </Link>
            <span className="second">{item.task?.name ?? t('agents.waiting.run')}</span>
          </span>
        </span>
      </td>
      <td>{item.waiting === undefined ? null : <WaitingWords reason={item.waiting} />}</td>
      <td>
        <Lasting from={item.since} to={undefined} />
      </td>
      <td>
        <span className="row end">
          <Button size="xs" onClick={() => onWhy(subject)}>
            {t('agents.queue.why')}
          </Button>
        </span>
      </td>
    </tr>
  );
}
