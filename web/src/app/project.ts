import type { ProjectId } from '@drover/protocol';
import type { Project } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { get } from '../api/client.js';
import { idOf } from '../api/ids.js';
import { keys } from '../api/keys.js';

const storageKey = 'drover.project';
const listeners = new Set<() => void>();
let current: string | undefined;

const stored = (): string | undefined => current ?? localStorage.getItem(storageKey) ?? undefined;

/** Makes a project the one that the sidebar speaks of. */
export function chooseProject(id: string): void {
  if (stored() === id) return;
  current = id;
  localStorage.setItem(storageKey, id);
  for (const listener of listeners) listener();
}

/** The sidebar follows what is open. */
export function useFollowProject(id: string | undefined): void {
  useEffect(() => {
    if (id !== undefined) chooseProject(id);
  }, [id]);
}

export const useProjects = () =>
  useQuery({ queryKey: keys.projects, queryFn: () => get<readonly Project[]>('/projects'), staleTime: 30_000 });

/** The sidebar's project: the one followed or chosen last, if it may still be seen; else the first. */
export function useCurrentProject(): Project | undefined {
  const id = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, stored);
  const { data } = useProjects();
  return data?.find((project) => project.id === id) ?? data?.[0];
}

export const projectIdOf = (text: string | undefined): ProjectId => idOf<ProjectId>(text ?? '');

type Permission = Project['may'][number];

/** Whether a person manages the project, as the controller says. */
export const manages = (project: Project | undefined, administrator: boolean): boolean =>
  administrator || (project?.may.includes('manage') ?? false);

/** What the person may do in a project, as the controller says; nothing until it has answered. */
export function useMay(projectId: string | undefined): (permission: Permission) => boolean {
  const { data } = useProjects();
  const may = data?.find(({ id }) => id === projectId)?.may ?? [];
  return (permission) => may.includes(permission);
}

/** Whether there is a project in which the person may create pipelines; `undefined` until the controller has answered. */
export function useMayCreate(): boolean | undefined {
  return useProjects().data?.some(({ may }) => may.includes('modify'));
}
