import { Drawer } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconFolders,
  IconMenu2,
  IconPackage,
  IconPlugConnected,
  IconRoute,
  IconSearch,
  IconServer2,
  IconSettings,
  IconTools,
  IconUsers,
} from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useNavigate } from 'react-router';
import { paths } from '../app/paths.js';
import { chooseProject, useCurrentProject, useProjects } from '../app/project.js';
import { usePerson } from '../app/session.js';
import { useFrame } from './use-frame.js';
import { useMaySeeAgents } from './use-may-see-agents.js';

/** The phone's navigation. */
export function TabBar() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const maySeeAgents = useMaySeeAgents();
  return (
    <nav className="tabbar" aria-label={t('frame.main')} style={{ gridTemplateColumns: `repeat(${maySeeAgents ? 4 : 3}, 1fr)` }}>
      <NavLink to={paths.pipelines}>
        <IconRoute size={20} stroke={1.75} />
        <span>{t('frame.pipelines')}</span>
      </NavLink>
      <NavLink to={paths.projects} end>
        <IconFolders size={20} stroke={1.75} />
        <span>{t('frame.projects')}</span>
      </NavLink>
      {maySeeAgents ? (
        <NavLink to={paths.agents}>
          <IconServer2 size={20} stroke={1.75} />
          <span>{t('frame.agents')}</span>
        </NavLink>
      ) : null}
      <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <IconMenu2 size={20} stroke={1.75} />
        <span>{t('frame.more')}</span>
      </button>
      {open ? <More onClose={() => setOpen(false)} /> : null}
    </nav>
  );
}

function More({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const project = useCurrentProject();
  const { data: projects } = useProjects();
  const { show } = useFrame();
  const { administrator } = usePerson();
  const go = (to: string) => () => {
    onClose();
    void navigate(to);
  };
  return (
    <Drawer
      opened
      onClose={onClose}
      position="bottom"
      size="auto"
      title={t('frame.more')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <ul className="sheet">
        <Row
          icon={<IconSearch size={20} />}
          label={t('frame.find')}
          onClick={() => {
            onClose();
            show('palette');
          }}
        />
        {project === undefined ? null : (
          <>
            <li className="sheet-head">
              <select
                aria-label={t('frame.chooseProject')}
                value={project.id}
                onChange={(event) => chooseProject(event.currentTarget.value)}
              >
                {projects?.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </li>
            <Row icon={<IconPackage size={20} />} label={t('frame.packages')} onClick={go(paths.packages(project.id))} />
            <Row icon={<IconTools size={20} />} label={t('frame.jobs')} onClick={go(paths.jobs(project.id))} />
            <Row icon={<IconPlugConnected size={20} />} label={t('frame.endpoints')} onClick={go(paths.endpoints(project.id))} />
            <Row icon={<IconAdjustmentsHorizontal size={20} />} label={t('frame.members')} onClick={go(paths.members(project.id))} />
          </>
        )}
        {administrator ? (
          <>
            <li className="sheet-head">{t('frame.administration')}</li>
            <Row icon={<IconUsers size={20} />} label={t('frame.users')} onClick={go(paths.users)} />
            <Row icon={<IconSettings size={20} />} label={t('frame.settings')} onClick={go(paths.settings)} />
          </>
        ) : null}
      </ul>
    </Drawer>
  );
}

const Row = ({ icon, label, onClick }: { readonly icon: ReactNode; readonly label: string; readonly onClick: () => void }) => (
  <li>
    <button type="button" onClick={onClick}>
      {icon}
      <span>{label}</span>
    </button>
  </li>
);
