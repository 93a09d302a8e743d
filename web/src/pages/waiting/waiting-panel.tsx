import type { AttemptId, Reason, RunId } from '@drover/protocol';
import type { AttemptView, RunView, WaitingView } from '@drover/protocol/api';
import { Drawer } from '@mantine/core';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { sayReason } from '../../i18n/reason.js';
import { Loaded } from '../../parts/states.js';
import { StatusMark } from '../../parts/runs/status-mark.js';
import { WaitingAnswer } from './waiting-answer.js';
import './waiting.css';
import { useFocusReturn } from '../../parts/overlays/use-focus-return.js';

/** What waits: a run for its turn, or an attempt for an agent. */
export type Waiting = { readonly name: string; readonly task?: string | undefined } & (
  | { readonly type: 'run'; readonly id: RunId }
  | { readonly type: 'attempt'; readonly id: AttemptId }
);

/** Its answer depends on the whole farm, so it is asked again while it is looked at. */
const againMs = 5_000;

function useWaiting(subject: Waiting, enabled = true): UseQueryResult<WaitingView> {
  return useQuery({
    enabled,
    queryKey: subject.type === 'run' ? keys.runWaiting(subject.id) : keys.attemptWaiting(subject.id),
    queryFn: () => get<WaitingView>(`/${subject.type}s/${subject.id}/waiting`),
    refetchInterval: againMs,
    retry: false,
  });
}

/** The verdict in one line, with the way to the whole answer. `known` is the one that the run's view holds, kept fresh by the live link. */
function Verdict({ subject, known }: { readonly subject: Waiting; readonly known: Reason | undefined }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { data } = useWaiting(subject, known === undefined);
  const verdict = known ?? data?.verdict;
  return (
    <p className={verdict?.code === 'noAgentMatches' || verdict?.code === 'noAgents' ? 'verdict-line bad' : 'verdict-line'}>
      {verdict === undefined ? null : sayReason(t, verdict)}{' '}
      <button type="button" className="lk" onClick={() => setOpen(true)}>
        {t('agents.waiting.title')}
      </button>
      {open ? <WaitingDrawer subject={subject} onClose={() => setOpen(false)} /> : null}
    </p>
  );
}

export const RunWaiting = ({ run }: { readonly run: RunView }) => (
  <Verdict subject={{ type: 'run', id: run.id, name: `${run.pipelineName} #${run.number}` }} known={run.waiting} />
);
export const AttemptWaiting = ({ attempt, known }: { readonly attempt: AttemptView; readonly known: Reason | undefined }) => (
  <div className="verdict-bar">
    <StatusMark status="queued" />
    <Verdict subject={{ type: 'attempt', id: attempt.id, name: `#${attempt.runNumber}`, task: attempt.taskKey }} known={known} />
  </div>
);

/** G3: *Why is it waiting?* */
export function WaitingDrawer({ subject, onClose }: { readonly subject: Waiting; readonly onClose: () => void }) {
  const { t } = useTranslation();
  useFocusReturn();
  const query = useWaiting(subject);
  return (
    <Drawer
      opened
      onClose={onClose}
      size={400}
      title={
        <span className="row">
          <StatusMark status="queued" hidden />
          {t('agents.waiting.title')}
        </span>
      }
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <p>
        <b className="strong">{subject.name}</b>
        {subject.task === undefined ? null : <span className="soft"> / {subject.task}</span>}
      </p>
      <Loaded query={query} rows={3}>
        {(waiting) => <WaitingAnswer waiting={waiting} />}
      </Loaded>
    </Drawer>
  );
}
