import type { AgentView, Page, QueueItem, RegistrationToken } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { TopBar } from '../../frame/top-bar.js';
import { useWatch } from '../../live/live.js';
import { Loaded } from '../../parts/states.js';
import { AgentsTab } from './herd/agents-tab.js';
import { QueueTab } from './queue/queue-tab.js';
import { TokensTab } from './tokens/tokens-tab.js';
import { useFarm } from './use-farm.js';
import './agents.css';

const tabs = ['agents', 'queue', 'tokens'] as const;
type Tab = (typeof tabs)[number];

/** G3 to G5: the farm's machines, what waits for them, and the tokens with which more of them come. */
export default function AgentsPage() {
  const { t } = useTranslation();
  const { tab: asked } = useParams();
  const tab: Tab = tabs.find((name) => name === asked) ?? 'agents';
  useWatch({ type: 'watchAgents' });
  const agents = useQuery({ queryKey: keys.agents, queryFn: () => get<readonly AgentView[]>('/agents') });
  const tokens = useQuery({ queryKey: keys.registrationTokens, queryFn: () => get<readonly RegistrationToken[]>('/registration-tokens') });
  const farm = useFarm();
  const queue = useQuery<Page<QueueItem>>({ queryKey: keys.queuePage(1), enabled: false }); // as the tab has read it, runs that wait for their turn included
  const counts: Readonly<Record<Tab, number | undefined>> = {
    agents: agents.data?.length,
    queue: queue.data?.total ?? farm.data?.queuedTasks,
    tokens: tokens.data?.length,
  };
  const heading = (
    <>
      <h1 className="sr">{t('agents.title')}</h1>
      <nav className="tabs flat" aria-label={t('agents.title')}>
        {tabs.map((name) => (
          <Link
            key={name}
            to={name === 'agents' ? paths.agents : `${paths.agents}/${name}`}
            aria-current={name === tab ? 'page' : undefined}
          >
            {t(`agents.tabs.${name}`)}
            {counts[name] === undefined ? null : <span className="n">{counts[name]}</span>}
          </Link>
        ))}
      </nav>
    </>
  );
  return (
    <>
      <TopBar title={t(`agents.tabs.${tab}`)} heading={heading} />
      {tab === 'agents' ? (
        <Loaded query={agents}>{(all) => <AgentsTab agents={all} farm={farm.data} />}</Loaded>
      ) : tab === 'queue' ? (
        <QueueTab />
      ) : (
        <Loaded query={tokens}>{(all) => <TokensTab tokens={all} />}</Loaded>
      )}
    </>
  );
}
