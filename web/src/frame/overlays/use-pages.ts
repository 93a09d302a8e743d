import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.js';
import { useCurrentProject } from '../../app/project.js';
import { usePerson } from '../../app/session.js';
import { useMaySeeAgents } from '../use-may-see-agents.js';

/** The pages that the person can go to, for the palette. */
export function usePages(): readonly { readonly label: string; readonly to: string }[] {
  const { t } = useTranslation();
  const project = useCurrentProject();
  const { administrator } = usePerson();
  const maySeeAgents = useMaySeeAgents();
  const inProject = (label: string, to: (id: string) => string) =>
    project === undefined ? [] : [{ label: `${project.name} / ${label}`, to: to(project.id) }];
  return [
    { label: t('frame.pipelines'), to: paths.pipelines },
    { label: t('frame.projects'), to: paths.projects },
    ...(maySeeAgents ? [{ label: t('frame.agents'), to: paths.agents }] : []),
    ...inProject(t('frame.packages'), paths.packages),
    ...inProject(t('frame.jobs'), paths.jobs),
    ...inProject(t('frame.endpoints'), paths.endpoints),
    ...inProject(t('frame.members'), paths.members),
    { label: t('frame.account'), to: paths.account },
    ...(administrator
      ? [
          { label: t('frame.users'), to: paths.users },
          { label: t('frame.settings'), to: paths.settings },
        ]
      : []),
  ];
}
