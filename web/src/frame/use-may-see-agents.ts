import { manages, useProjects } from '../app/project.js';
import { usePerson } from '../app/session.js';

/** Agents are shown to administrators and to managers of a project. */
export function useMaySeeAgents(): boolean {
  const { administrator } = usePerson();
  const { data } = useProjects();
  return administrator || (data?.some((project) => manages(project, false)) ?? false);
}
