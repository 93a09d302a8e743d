import type { Instant, ProjectId } from '@drover/protocol';
import type { Actor } from '../../domain/access/actor.js';
import type { Permission, Place } from '../../domain/access/permissions.js';

export type UserActor = Extract<Actor, { type: 'user' }>;
export type AgentActor = Extract<Actor, { type: 'agent' }>;

/** Answers what an actor may do; every part of the controller asks it, none decides by itself. */
export interface Access {
  /** What the actor may do there. Empty: they may not even learn that it exists (answer 404). */
  permissions(actor: Actor, place: Place): Promise<ReadonlySet<Permission>>;
  /** The projects whose existence the actor may know of. */
  visibleProjects(actor: Actor): Promise<'all' | ReadonlySet<ProjectId>>;
}

/** A session's cookie, or an API token. */
export interface UserCredentials {
  readonly session?: string;
  readonly bearer?: string;
}

/** Finds out who signs in with a session's cookie or an API token; undefined for an unknown, ended or expired one. */
export interface UserAuthenticator {
  user(credentials: UserCredentials): Promise<UserActor | undefined>;
  /** Whether they were somebody's when they were last looked up, since the start. Looks in memory only, and permits nothing. */
  isRecent(credentials: UserCredentials): boolean;
}

/** How long what somebody signed in with is good, for connections that outlast a request. */
export interface Validity {
  /** `Infinity` where it does not expire by itself; undefined once it is good for nothing. Asking does not count as a use. */
  goodUntil(actor: UserActor): Promise<Instant | undefined>;
}

/** Finds the agent that a machine token belongs to; undefined when there is none. */
export interface AgentAuthenticator {
  agent(token: string): Promise<AgentActor | undefined>;
}
