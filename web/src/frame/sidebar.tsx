import { ActionIcon } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconFolders,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconPackage,
  IconPlugConnected,
  IconRoute,
  IconSearch,
  IconSelector,
  IconServer2,
  IconSettings,
  IconTools,
  IconUsers,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, useMatch, useNavigate } from 'react-router';
import { paths } from '../app/paths.js';
import { chooseProject, useCurrentProject, useProjects } from '../app/project.js';
import { usePerson } from '../app/session.js';
import { Caps } from '../keys/keys.js';
import { Logo } from '../parts/glyphs.js';
import { Favourites } from './favourites.js';
import { Pen } from './pen.js';
import { useFrame } from './use-frame.js';
import { useMaySeeAgents } from './use-may-see-agents.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../parts/overlays/menu.js';
import { Tip } from '../parts/overlays/tip.js';

/** Navigation, favourites and the pen. As a rail: icons above short words, no favourites. */
export function Sidebar({ rail }: { readonly rail: boolean }) {
  const { t } = useTranslation();
  const { show, fold } = useFrame();
  const maySeeAgents = useMaySeeAgents();
  return (
    <aside className="side">
      <div className="brand">
        <Link to="/pipelines" aria-label="Drover">
          <Logo />
          <span>Drover</span>
        </Link>
        {rail ? null : (
          <ActionIcon aria-label={t('frame.fold')} onClick={() => fold(true)}>
            <IconLayoutSidebarLeftCollapse size={16} stroke={1.75} />
          </ActionIcon>
        )}
      </div>
      {rail ? (
        <Item icon={<IconLayoutSidebarLeftExpand size={16} stroke={1.75} />} label={t('frame.unfold')} onClick={() => fold(false)} />
      ) : null}
      <button type="button" className="find" aria-label={rail ? t('frame.find') : undefined} onClick={() => show('palette')}>
        <IconSearch size={16} stroke={1.75} />
        <span className="grow cut">{t('frame.find')}</span>
        <Caps keys="mod+k" />
      </button>
      <div className="side-scroll">
        <nav className="nav" aria-label={t('frame.main')}>
          <Entry to={paths.pipelines} icon={<IconRoute size={16} stroke={1.75} />} label={t('frame.pipelines')} />
          <Entry to={paths.projects} icon={<IconFolders size={16} stroke={1.75} />} label={t('frame.projects')} end />
          {maySeeAgents ? <Entry to={paths.agents} icon={<IconServer2 size={16} stroke={1.75} />} label={t('frame.agents')} /> : null}
        </nav>
        <ProjectEntries rail={rail} />
        {rail ? null : <Favourites />}
      </div>
      <Administration rail={rail} />
      <Pen linked={maySeeAgents} rail={rail} />
    </aside>
  );
}

interface EntryProps {
  readonly to: string;
  readonly icon: ReactNode;
  readonly label: string;
  /** Stands below the icon of a rail, where the whole name is too long for it. */
  readonly short?: string | undefined;
  readonly end?: boolean;
}

function Entry({ to, icon, label, short, end = false }: EntryProps) {
  return (
    <Tip label={label} side="right" disabled={short === undefined}>
      <NavLink to={to} end={end} aria-label={short === undefined ? undefined : label}>
        <span className="mark-box">{icon}</span>
        <span className="cut">{short ?? label}</span>
      </NavLink>
    </Tip>
  );
}

/** What concerns the whole farm; for administrators. */
function Administration({ rail }: { readonly rail: boolean }) {
  const { t } = useTranslation();
  const { administrator } = usePerson();
  if (!administrator) return null;
  return (
    <nav className="nav admin" aria-label={t('frame.administration')}>
      <Entry to={paths.users} icon={<IconUsers size={16} stroke={1.75} />} label={t('frame.users')} />
      <Entry
        to={paths.settings}
        icon={<IconSettings size={16} stroke={1.75} />}
        label={t('frame.settings')}
        short={rail ? t('frame.settingsShort') : undefined}
      />
    </nav>
  );
}

const Item = ({ icon, label, onClick }: { readonly icon: ReactNode; readonly label: string; readonly onClick: () => void }) => (
  <Tip label={label} side="right">
    <ActionIcon className="unfold" size={32} mb={6} aria-label={label} onClick={onClick}>
      {icon}
    </ActionIcon>
  </Tip>
);

function ProjectEntries({ rail }: { readonly rail: boolean }) {
  const { t } = useTranslation();
  const project = useCurrentProject();
  if (project === undefined) return null;
  return (
    <>
      <div className="nav-head">
        <Switcher />
      </div>
      <nav className="nav" aria-label={t('frame.project')}>
        <Entry to={paths.packages(project.id)} icon={<IconPackage size={16} stroke={1.75} />} label={t('frame.packages')} />
        <Entry to={paths.jobs(project.id)} icon={<IconTools size={16} stroke={1.75} />} label={t('frame.jobs')} />
        <Entry to={paths.endpoints(project.id)} icon={<IconPlugConnected size={16} stroke={1.75} />} label={t('frame.endpoints')} />
        <Entry
          to={paths.members(project.id)}
          icon={<IconAdjustmentsHorizontal size={16} stroke={1.75} />}
          label={t('frame.members')}
          short={rail ? t('frame.membersShort') : undefined}
        />
      </nav>
    </>
  );
}

function Switcher() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useProjects();
  const project = useCurrentProject();
  const place = useMatch('/projects/:projectId/:page/*')?.params['page'];
  const choose = (id: string): void => {
    chooseProject(id);
    if (place !== undefined) void navigate(`/projects/${id}/${place}`);
  };
  return (
    <Menu start>
      <MenuTarget>
        <button type="button" title={t('frame.chooseProject')} className="switcher">
          <span className="cut">{project?.name}</span> <IconSelector size={14} stroke={1.75} />
        </button>
      </MenuTarget>
      <MenuList>
        {data?.map(({ id, name }) => (
          <MenuItem key={id} onClick={() => choose(id)}>
            {name}
          </MenuItem>
        ))}
      </MenuList>
    </Menu>
  );
}
