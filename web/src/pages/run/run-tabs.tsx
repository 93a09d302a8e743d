import type { RunView } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { paths } from '../../app/paths.js';
import { useKeys } from '../../keys/keys.js';
import { RunActivity } from './sides/run-activity.js';
import { RunPackages } from './sides/run-packages.js';
import { RunParameters } from './sides/run-parameters.js';
import { runPackagesQuery } from './use-run.js';
import { tabNames, type PlacedTask, type TabName } from './run-state.js';
import { RunTiming } from './sides/run-timing.js';
import { TaskLog } from './task/task-log.js';

interface TabsProps {
  readonly run: RunView;
  readonly tab: TabName;
  readonly chosen: PlacedTask | undefined;
  readonly attempt: string | null;
}

/** The sides of a run; each has its own address. */
export function RunTabs({ run, tab, chosen, attempt }: TabsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const packages = useQuery(runPackagesQuery(run));
  const to = (name: TabName) => ({
    pathname: `${paths.run(run.pipelineId, run.number)}${name === 'log' ? '' : `/${name}`}`,
    search: search.toString(),
  });
  useKeys(
    tabNames.map((name, i) => ({
      keys: String(i + 1),
      label: t('run.keyTab', { tab: t(`run.tabs.${name}`) }),
      run: () => void navigate(to(name)),
    })),
  );
  const counts: Partial<Record<TabName, number>> = { packages: packages.data?.length ?? 0, parameters: run.parameters.length };
  return (
    <>
      <nav className="tabs" aria-label={t('run.title', { pipeline: run.pipelineName, number: run.number })}>
        {tabNames.map((name) => (
          <Link key={name} to={to(name)} aria-current={name === tab ? 'page' : undefined} preventScrollReset>
            {t(`run.tabs.${name}`)}
            {(counts[name] ?? 0) === 0 ? null : <span className="n">{counts[name]}</span>}
          </Link>
        ))}
      </nav>
      <div className={`pane pane-${tab}`}>
        <Side run={run} tab={tab} chosen={chosen} attempt={attempt} />
      </div>
    </>
  );
}

function Side({ run, tab, chosen, attempt }: TabsProps) {
  switch (tab) {
    case 'log':
      return <TaskLog run={run} chosen={chosen} attempt={attempt} />;
    case 'timing':
      return <RunTiming run={run} />;
    case 'packages':
      return <RunPackages run={run} />;
    case 'parameters':
      return <RunParameters run={run} />;
    case 'activity':
      return <RunActivity run={run} />;
  }
}
