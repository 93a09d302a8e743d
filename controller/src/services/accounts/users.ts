import { asId, type UserId } from '@drover/protocol';
import { passwordWeakness, passwordWeaknesses } from '@drover/protocol/api';
import type { ChangeMyself, ChangePassword, ChangeUser, CreateUser, User } from '@drover/protocol/api';
import type { Static } from '@sinclair/typebox';
import { firstAdministratorName, nameKeyOf, userView, type UserRecord } from '../../domain/accounts/account.js';
import type { Creation } from '../creation.js';
import type { UserActor } from '../ports/access.js';
import type { Passwords, Tokens, TryLimiter } from '../ports/crypto.js';
import type { Clock, Ids, Log } from '../ports/environment.js';
import type { Signals } from '../ports/signals.js';
import type { ApiTokenStore, SessionStore, UserChange, UserStore } from '../ports/stores/accounts.js';
import type { FavouriteStore } from '../ports/stores/pipelines.js';
import type { ProjectStore } from '../ports/stores/projects.js';
import { ok, refused, type Result } from '../result.js';
import { Serial } from '../serial.js';
import { busy } from './sign-in.js';

export interface UsersPorts {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly apiTokens: ApiTokenStore;
  readonly favourites: FavouriteStore;
  readonly projects: ProjectStore;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly limiter: TryLimiter;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Where the first administrator's password was left: worth nothing once they have another. */
  readonly note: { remove(): Promise<void> };
  readonly log: Log;
}

const noUser = refused('notFound', 'There is no such user.');

/** A1: accounts. Who may call what is decided at the door. */
export function createUsers(ports: UsersPorts) {
  const oneAfterTheOther = new Serial<'change'>(); // two administrators who depose each other at once would leave none
  const change = async (userId: UserId, what: UserChange): Promise<Result<User>> => {
    const changed = await ports.users.change(userId, what);
    return changed ? ok(userView(changed)) : noUser;
  };
  return {
    all: async (): Promise<readonly User[]> => (await ports.users.all()).map(userView),
    byName: (name: string) => ports.users.byNameKey(nameKeyOf(name)),
    create: (input: Static<typeof CreateUser>, creation: Creation = { id: ports.ids.next(), isRepeat: false }) =>
      create(ports, input, creation),
    changeUser: (userId: UserId, input: Static<typeof ChangeUser>) =>
      oneAfterTheOther.run('change', () => changeUser(ports, userId, input)),
    remove: (actor: UserActor, userId: UserId) => oneAfterTheOther.run('change', () => remove(ports, actor, userId)),
    changeMyself: (actor: UserActor, input: Static<typeof ChangeMyself>) => change(actor.userId, input),
    /** `signal`: aborted when the client goes away. */
    changePassword: (actor: UserActor, input: Static<typeof ChangePassword>, signal?: AbortSignal) =>
      changePassword(ports, actor, { ...input, signal }),
  };
}
export type UsersService = ReturnType<typeof createUsers>;

async function create(ports: UsersPorts, input: Static<typeof CreateUser>, { id, isRepeat }: Creation): Promise<Result<User>> {
  const made = isRepeat ? await ports.users.byId(asId(id)) : undefined;
  if (made) return ok(userView(made));
  const weak = weaknessRefusal(input.password, { names: [input.name, input.displayName ?? ''], path: '/password' });
  if (weak) return weak;
  const user: UserRecord = {
    _id: asId(id),
    schemaVersion: 1,
    name: input.name,
    nameKey: nameKeyOf(input.name),
    displayName: input.displayName ?? input.name,
    administrator: input.administrator ?? false,
    disabled: false,
    language: input.language ?? 'en',
    passwordHash: await ports.passwords.hash(input.password),
    mustChangePassword: true,
    createdAt: ports.clock.now(),
  };
  const inserted = await ports.users.insert(user);
  if (inserted === 'nameTaken')
    return refused('nameTaken', `There is a user “${input.name}” already.`, { errors: [{ path: '/name', message: 'is taken' }] });
  return ok(userView(user));
}

/** A new password, being disabled and ceasing to be an administrator end the user's sessions. The farm keeps at least one administrator who can sign in. */
async function changeUser(ports: UsersPorts, userId: UserId, input: Static<typeof ChangeUser>): Promise<Result<User>> {
  const user = await ports.users.byId(userId);
  if (!user) return noUser;
  const losesPower = user.administrator && !user.disabled && (input.administrator === false || input.disabled === true);
  if (losesPower && (await isLastAdministrator(ports, userId)))
    return refused('conflict', 'This is the last administrator: make another one first.');
  const { password, ...rest } = input;
  const weak = password === undefined ? undefined : weaknessRefusal(password, { names: namesOf(user), path: '/password' });
  if (weak) return weak;
  const changed = await ports.users.change(userId, {
    ...rest,
    ...(password !== undefined && { passwordHash: await ports.passwords.hash(password), mustChangePassword: true }),
  });
  if (!changed) return noUser;
  if (password !== undefined || input.disabled === true || losesPower) await endSessions(ports, userId);
  if (input.administrator !== undefined || input.disabled !== undefined) ports.signals.publish({ type: 'accessChanged', userId });
  return ok(userView(changed));
}

/**
 * Takes an account away with its sessions, tokens, favourites and memberships. What the person did keeps their id. The record
 * goes last: after a crash it is there, disabled, and can be deleted again.
 */
async function remove(ports: UsersPorts, actor: UserActor, userId: UserId): Promise<Result<void>> {
  const user = await ports.users.byId(userId);
  if (!user) return noUser;
  if (userId === actor.userId) return refused('conflict', 'Nobody can delete their own account: ask another administrator.');
  if (user.administrator && !user.disabled && (await isLastAdministrator(ports, userId)))
    return refused('conflict', 'This is the last administrator: make another one first.');
  await ports.users.change(userId, { disabled: true, administrator: false });
  await endSessions(ports, userId);
  for (const { _id } of await ports.apiTokens.ofUser(userId)) await ports.apiTokens.remove(userId, _id);
  await ports.favourites.removeAllOf(userId);
  await ports.projects.removePerson(userId);
  await ports.users.remove(userId);
  ports.signals.publish({ type: 'accessChanged', userId });
  return ok(undefined);
}

const namesOf = ({ name, displayName }: UserRecord): readonly string[] => [name, displayName];

/** A5: the length is checked by the schema, what is easy to guess here. */
function weaknessRefusal(password: string, { names, path }: { readonly names: readonly string[]; readonly path: string }) {
  const weakness = passwordWeakness(password, names);
  if (weakness === undefined) return undefined;
  const message = passwordWeaknesses[weakness];
  return refused('invalidInput', `The password ${message}.`, { errors: [{ path, message }] });
}

async function isLastAdministrator({ users }: UsersPorts, userId: UserId): Promise<boolean> {
  return !(await users.all()).some((user) => user.administrator && !user.disabled && user._id !== userId);
}

async function endSessions({ sessions, signals }: UsersPorts, userId: UserId): Promise<void> {
  await sessions.removeAllBut(userId, undefined);
  signals.publish({ type: 'sessionEnded', userId });
}

/** Ends every other session of the person, each told by its own signal. */
async function changePassword(
  ports: UsersPorts,
  actor: UserActor,
  input: Static<typeof ChangePassword> & { readonly signal: AbortSignal | undefined },
): Promise<Result<void>> {
  const key = ports.tokens.hash(`password of ${actor.userId}`);
  const turn = await ports.limiter.take(key);
  if (!turn.ok) return refused('tooManyRequests', 'Too many tries; try again later.', { retryAfterSeconds: turn.retryAfterSeconds });
  const user = await ports.users.byId(actor.userId);
  const verified = await ports.passwords.verify(user?.passwordHash, input.current, {
    key: actor.userId,
    isKnown: true,
    signal: input.signal,
  });
  if (!verified.ok) {
    await ports.limiter.giveBack(key); // it was no try
    return busy;
  }
  if (!verified.value) {
    return refused('invalidInput', 'The current password is wrong.', { errors: [{ path: '/current', message: 'is wrong' }] });
  }
  if (input.current === input.next)
    return refused('invalidInput', 'The new password is the old one.', {
      errors: [{ path: '/next', message: 'must differ from the current password' }],
    });
  const weak = weaknessRefusal(input.next, { names: user ? namesOf(user) : [], path: '/next' });
  if (weak) return weak;
  await ports.limiter.forgive(key);
  await ports.users.change(actor.userId, { passwordHash: await ports.passwords.hash(input.next), mustChangePassword: false });
  if (user?.nameKey === nameKeyOf(firstAdministratorName)) await forgetNote(ports);
  const others = (await ports.sessions.ofUser(actor.userId)).filter(({ _id }) => _id !== actor.sessionId);
  await ports.sessions.removeAllBut(actor.userId, actor.sessionId);
  for (const { _id } of others) ports.signals.publish({ type: 'sessionEnded', userId: actor.userId, sessionId: _id });
  return ok(undefined);
}

async function forgetNote({ note, log }: UsersPorts): Promise<void> {
  await note.remove().catch((error: unknown) => log.warn('the note of the first password could not be removed', { error }));
}
