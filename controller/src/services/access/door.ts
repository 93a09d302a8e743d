import type { Instant, ProblemCode, ProjectId } from '@drover/protocol';
import type { Actor } from '../../domain/access/actor.js';
import type { Permission, Place } from '../../domain/access/permissions.js';
import type { Access } from '../ports/access.js';
import type { Clock, Ids, Log } from '../ports/environment.js';
import { refused, type Refused, type Result } from '../result.js';

/** Who may give a command; for a project's things, `place` is undefined when the thing does not exist. */
export type Rule =
  | { readonly type: 'public' | 'signedIn' | 'administrator' | 'agent' }
  | { readonly type: 'project'; readonly permission: Permission; readonly place: Place | undefined };

export interface Command {
  /** `startRun`, `savePipeline`, …: the operation's id. */
  readonly name: string;
  readonly rule: Rule;
  readonly scope: 'read' | 'write' | 'administer' | 'session';
  /** Whether a record of it is kept. */
  readonly audited: boolean;
  /** What somebody may do who has yet to choose a password of their own. Default: nothing. */
  readonly beforePasswordChange?: boolean;
  readonly target: Readonly<Record<string, string>>;
  readonly address: string;
  readonly requestId: string;
}

/** A6: who did what, when, from where, and whether it was let. */
export interface AuditRecord {
  readonly _id: string;
  readonly schemaVersion: 1;
  readonly at: Instant;
  readonly actor: { readonly type: string; readonly id?: string; readonly name?: string; readonly via?: string };
  readonly command: string;
  readonly projectId?: ProjectId;
  readonly target: Readonly<Record<string, string>>;
  readonly outcome: string;
  readonly address: string;
  readonly requestId: string;
}
export interface AuditTrail {
  append(record: AuditRecord): Promise<void>;
}

type Question = Pick<Command, 'rule' | 'scope' | 'beforePasswordChange'>;

export interface DoorPorts {
  readonly access: Access;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** The one door through which every change passes: decides, lets it happen, records it. */
export interface Door {
  /** Whether the actor may; undefined when they may. What they may not see is not found. */
  refusal(actor: Actor | undefined, command: Question): Promise<Refused | undefined>;
  execute<T>(actor: Actor | undefined, command: Command, act: () => Promise<Result<T>>): Promise<Result<T>>;
}

/** Requests that were no command yet, or one too many: recording them would let anybody fill the disk. */
const unread: ReadonlySet<ProblemCode> = new Set([
  'invalidInput',
  'malformedBody',
  'payloadTooLarge',
  'unsupportedMediaType',
  'tooManyRequests',
]);

export function createDoor(ports: DoorPorts): Door {
  const refusal: Door['refusal'] = (actor, command) => decide(ports.access, actor, command);
  return {
    refusal,
    async execute(actor, command, act) {
      const no = await refusal(actor, command);
      if (no) {
        if (command.audited && no.code === 'forbidden') await keep(ports, actor, command, no.code);
        return no;
      }
      const result = await act();
      if (command.audited && (result.ok || !unread.has(result.code))) await keep(ports, actor, command, result.ok ? 'done' : result.code);
      return result;
    },
  };
}

const unauthenticated = refused('unauthenticated', 'Sign in first, or send an API token as “Authorization: Bearer …”.');
const passwordFirst = refused(
  'passwordChangeRequired',
  'Choose a password of your own first (PUT /api/v1/me/password): the present one was made by somebody else.',
);
/** What does not exist, and what somebody may not see. */
export const nothingHere = refused('notFound', 'There is nothing here, or nothing that you may see.');

async function decide(
  access: Access,
  actor: Actor | undefined,
  { rule, scope, beforePasswordChange }: Question,
): Promise<Refused | undefined> {
  if (rule.type === 'public') return undefined;
  if (!actor) return unauthenticated;
  if (rule.type === 'agent') return actor.type === 'agent' ? undefined : unauthenticated;
  if (actor.type === 'agent') return unauthenticated;
  if (actor.type === 'user' && actor.mustChangePassword === true && beforePasswordChange !== true) return passwordFirst;
  const tooNarrow = actor.type === 'user' && actor.via === 'token' && !covers(actor.scopes, scope);
  if (rule.type === 'project') {
    const may = rule.place ? await access.permissions(actor, rule.place) : undefined;
    if (!may?.has('view')) return nothingHere;
    if (!may.has(rule.permission)) return refused('forbidden', `This needs the permission “${rule.permission}” in the project.`);
  }
  if (rule.type === 'administrator' && !(actor.type === 'system' || actor.administrator))
    return refused('forbidden', 'Only administrators may do this.');
  if (tooNarrow)
    return refused(
      'forbidden',
      scope === 'session' ? 'This needs a signed-in session, not an API token.' : `The API token lacks the scope “${scope}”.`,
    );
  return undefined;
}

/** Every scope of a token includes reading. The live link asks here too. */
export function covers(scopes: ReadonlySet<string>, needed: Command['scope']): boolean {
  if (needed === 'session') return false;
  return scopes.has(needed) || (needed === 'read' && scopes.size > 0);
}

/** The change has happened; that its record could not be written is told in the log, not to the caller. */
async function keep(ports: DoorPorts, actor: Actor | undefined, command: Command, outcome: string): Promise<void> {
  const projectId = command.rule.type === 'project' ? command.rule.place?.projectId : undefined;
  const record: AuditRecord = {
    _id: ports.ids.next(),
    schemaVersion: 1,
    at: ports.clock.now(),
    actor: describe(actor),
    command: command.name,
    ...(projectId && { projectId }),
    target: command.target,
    outcome,
    address: command.address,
    requestId: command.requestId,
  };
  await ports.audit.append(record).catch((error: unknown) => ports.log.error('audit record not written', { ...record, error }));
}

function describe(actor: Actor | undefined): AuditRecord['actor'] {
  if (!actor) return { type: 'anonymous' };
  if (actor.type === 'user') return { type: 'user', id: actor.userId, name: actor.name, via: actor.via };
  return actor.type === 'agent' ? { type: 'agent', id: actor.agentId } : { type: 'system', name: actor.name };
}
