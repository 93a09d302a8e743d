import { permissionsOf, type Permission } from '../../domain/access/permissions.js';
import { rolesIn } from '../../domain/projects/project.js';
import type { Access } from '../ports/access.js';
import type { ProjectStore } from '../ports/stores/projects.js';

const nothing: ReadonlySet<Permission> = new Set();

/** Decides by the project's members as they are stored at that moment: a role that was taken away has no more effect at once. */
export function createAccess(projects: ProjectStore): Access {
  return {
    async permissions(actor, place) {
      const project = await projects.byId(place.projectId);
      if (!project) return nothing;
      return permissionsOf(actor, actor.type === 'user' ? rolesIn(project, actor.userId) : [], place);
    },
    async visibleProjects(actor) {
      if (actor.type === 'system') return 'all';
      if (actor.type === 'agent') return new Set();
      return actor.administrator ? 'all' : new Set(await projects.idsOfMember(actor.userId));
    },
  };
}
