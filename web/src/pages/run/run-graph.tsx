import type { RunView, StageView, TaskView } from '@drover/protocol/api';
import { IconGitBranch } from '@tabler/icons-react';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusMark } from '../../parts/runs/status-mark.js';
import { Lasting } from '../../parts/times.js';
import { isBad, isBusy, neighbourTask } from './run-state.js';

interface GraphProps {
  readonly run: RunView;
  readonly chosen: string | undefined;
  readonly onChoose: (taskKey: string) => void;
}

/** Stages as columns joined by a rail, tasks as rows inside. On phones a strip with the chosen stage's tasks below. */
export function RunGraph({ run, chosen, onChoose }: GraphProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  const chosenStage = run.stages.find(({ tasks }) => tasks.some(({ key }) => key === chosen))?.key;
  useEffect(() => {
    box.current?.querySelector('.stage.here')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [chosenStage]);
  const onKey = (event: KeyboardEvent): void => {
    const from = event.target instanceof HTMLElement ? event.target.dataset['task'] : undefined;
    const next = from === undefined ? undefined : neighbourTask(run, from, event.key);
    if (next === undefined) return;
    event.preventDefault();
    box.current?.querySelector<HTMLElement>(`[data-task="${CSS.escape(next)}"]`)?.focus();
  };
  return (
    <nav ref={box} className="graph" aria-label={t('run.stages')} onKeyDown={onKey}>
      {run.sources[0] === undefined ? null : (
        <>
          <span className="source">
            <IconGitBranch size={14} stroke={1.75} />
            <span className="mono cut">{run.sources[0].ref.name.slice(0, 24)}</span>
          </span>
          <span className="link" />
        </>
      )}
      {run.stages.map((stage, index) => [
        index === 0 ? null : <span key={`${stage.key}-link`} className={stage.status === 'notRun' ? 'link ahead' : 'link'} />,
        <Stage key={stage.key} stage={stage} chosen={chosen} here={stage.key === chosenStage} onChoose={onChoose} />,
      ])}
    </nav>
  );
}

function Stage({
  stage,
  chosen,
  here,
  onChoose,
}: {
  readonly stage: StageView;
  readonly chosen: string | undefined;
  readonly here: boolean;
  readonly onChoose: (taskKey: string) => void;
}) {
  const look = [
    'stage',
    isBusy(stage.status) ? 'active' : isBad(stage.status) ? 'bad' : stage.status === 'notRun' ? 'later' : '',
    here ? 'here' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');
  return (
    <section className={look} aria-label={stage.name}>
      <header onClick={() => stage.tasks[0] && !here && onChoose(stage.tasks[0].key)}>
        <StatusMark status={stage.status} />
        <h3 className="cut">{stage.name}</h3>
        <span className="faint">
          <Lasting from={stage.startedAt} to={stage.finishedAt} />
        </span>
      </header>
      <div className={`tasks ${stage.mode}`}>
        {stage.tasks.map((task) => (
          <Task key={task.key} task={task} on={task.key === chosen} onChoose={onChoose} />
        ))}
      </div>
    </section>
  );
}

function Task({ task, on, onChoose }: { readonly task: TaskView; readonly on: boolean; readonly onChoose: (taskKey: string) => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={on ? 'task on' : 'task'}
      data-task={task.key}
      aria-current={on ? 'true' : undefined}
      onClick={() => onChoose(task.key)}
    >
      <StatusMark status={task.status} size={14} />
      <span className="cut grow">{task.name}</span>
      {task.attempts > 1 ? (
        <span className="chip tiny num" title={t('run.timesTried', { count: task.attempts })}>
          ×{task.attempts}
        </span>
      ) : null}
      <span className="faint">
        <Lasting from={task.startedAt} to={task.finishedAt} />
      </span>
    </button>
  );
}
