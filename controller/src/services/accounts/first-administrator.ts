import { firstAdministratorName } from '../../domain/accounts/account.js';
import type { Tokens } from '../ports/crypto.js';
import type { UserStore } from '../ports/stores/accounts.js';
import type { UsersService } from './users.js';

/** Where the first password is left for its owner to read. */
export interface PasswordNote {
  /** Readable by its owner only; replaces what an interrupted first start left. */
  write(password: string): Promise<string>;
  /** Idempotent. */
  remove(): Promise<void>;
}

export interface FirstAdministrator {
  readonly name: string;
  readonly password: string;
  readonly note: string;
}

/** Makes the user `admin` with a random password when there is no user at all. The note is written first: a crash in between leaves no account that nobody can enter. */
export async function ensureAdministrator(ports: {
  readonly users: UserStore;
  readonly service: UsersService;
  readonly tokens: Tokens;
  readonly note: PasswordNote;
}): Promise<FirstAdministrator | undefined> {
  if ((await ports.users.count()) > 0) return undefined;
  const password = ports.tokens.password();
  const note = await ports.note.write(password);
  const created = await ports.service.create({ name: firstAdministratorName, displayName: 'Administrator', password, administrator: true });
  return created.ok ? { name: firstAdministratorName, password, note } : undefined;
}
