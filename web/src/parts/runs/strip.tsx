import type { RunSummary } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { duration } from '../../format/amounts.js';
import { StatusMark } from './status-mark.js';
import { foldStages } from './strip-fold.js';
import { Tip } from '../overlays/tip.js';

type Stage = RunSummary['stages'][number];

/** The stages of a run as marks on a rail; more than 8 fold. `to` makes each mark a link to its stage. */
export function Strip({ stages, to }: { readonly stages: readonly Stage[]; readonly to: (stage: Stage) => string }) {
  return (
    <ol className="strip">
      {foldStages(stages).map((part) =>
        part.type === 'fold' ? (
          <li key={`fold-${part.first}`} className={part.ahead ? 'ahead' : ''}>
            <span className="faint num strip-fold">+{part.count}</span>
          </li>
        ) : (
          <li key={part.stage.key} className={part.stage.status === 'notRun' ? 'ahead' : ''}>
            <StageMark stage={part.stage} to={to(part.stage)} />
          </li>
        ),
      )}
    </ol>
  );
}

function StageMark({ stage, to }: { readonly stage: Stage; readonly to: string }) {
  const { t } = useTranslation();
  const facts = [t(`status.${stage.status}`), `${stage.tasksDone} / ${stage.tasksTotal}`];
  if (stage.startedAt !== undefined && stage.finishedAt !== undefined) facts.push(duration(stage.finishedAt - stage.startedAt));
  const label = `${stage.name}: ${facts.join(t('common.comma'))}`;
  return (
    <Tip label={label}>
      <Link to={to} className="strip-mark" aria-label={label}>
        <StatusMark status={stage.status} hidden />
      </Link>
    </Tip>
  );
}
