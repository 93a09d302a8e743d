import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../app/paths.js';
import { Empty, Loaded } from '../../../parts/states.js';
import { StatusMark } from '../../../parts/runs/status-mark.js';
import { Lasting } from '../../../parts/times.js';
import { WaitingDrawer, type Waiting } from '../../waiting/waiting-panel.js';
import { useQueue } from './use-queue.js';

/** What waits, and for each why. */
export function QueueTab() {
  const { t } = useTranslation();
  const query = useQueue();
  const [shown, setShown] = useState<Waiting | undefined>(undefined);
  return (
    <>
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('agents.queue.empty')}>{t('agents.queue.emptyText')}</Empty>
          ) : (
            <div className="scroll">
              <table className="grid queue-table" aria-label={t('agents.queue.queuedRuns')}>
                <thead>
                  <tr>
                    <th>{t('agents.queue.task')}</th>
                    <th>{t('agents.queue.since')}</th>
                    <th>
                      <span className="sr">{t('agents.queue.why')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ run, subject, since }) => (
                    <tr key={subject.id}>
                      <td>
                        <span className="who">
                          <StatusMark status="queued" />
                          <span className="two">
                            <Link className="strong cut" to={paths.run(run.pipelineId, run.number)}>
                              {subject.name}
                            </Link>
                            <span className="second">{subject.task ?? t('agents.waiting.run')}</span>
                          </span>
                        </span>
                      </td>
                      <td>
                        <Lasting from={since} to={undefined} />
                      </td>
                      <td>
                        <span className="row end">
                          <Button size="xs" onClick={() => setShown(subject)}>
                            {t('agents.queue.why')}
                          </Button>
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {shown === undefined ? null : <WaitingDrawer subject={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}
