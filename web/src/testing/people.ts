import type { ApiToken, Member, PersonRef, Project, SessionView, User } from '@drover/protocol/api';
import { ids } from './ids.js';

const day = 86_400_000;
export const now = Date.now();

const user = (number: number, name: string, displayName: string, administrator = false): User => ({
  id: ids.user(number),
  name,
  displayName,
  administrator,
  disabled: false,
  language: 'en',
  createdAt: now - 200 * day,
  mustChangePassword: false,
});

export const users: User[] = [
  user(1, 'ana.silva', 'Ana Silva', true),
  user(2, 'li.wei', '李伟'),
  user(3, 'tom.becker', 'Tom Becker'),
  user(4, 'noor.haddad', 'Noor Haddad'),
  { ...user(5, 'kenji.ito', 'Kenji Ito'), disabled: true },
];

export const personRef = (number: number): PersonRef => ({ userId: ids.user(number), name: users[number - 1]?.name ?? 'unknown' });

const project = (number: number, name: string, description: string, more: Partial<Project> = {}): Project => ({
  id: ids.project(number),
  name,
  description,
  createdAt: now - 300 * day,
  createdBy: personRef(1),
  myRoles: ['creator'],
  may: ['view', 'execute', 'modify', 'delete', 'manage'],
  pipelines: 4,
  running: 1,
  failedToday: 0,
  lastRunAt: now - 120_000,
  ...more,
});

export const projects: Project[] = [
  project(1, 'storefront', 'The shop, its search and its mails'),
  project(2, 'payments', 'Ledger and settlement', {
    myRoles: ['developer', 'tester'],
    may: ['view', 'execute', 'modify'],
    running: 2,
    failedToday: 1,
  }),
  project(3, 'edge-gateway-with-a-name-of-sixty-four-characters-as-is-allowed0', '', {
    myRoles: ['viewer'],
    may: ['view'],
    running: 0,
    pipelines: 2,
    lastRunAt: now - 3 * day,
  }),
];

const member = (number: number, roles: Member['roles']): Member => ({
  userId: ids.user(number),
  name: users[number - 1]?.name ?? '',
  displayName: users[number - 1]?.displayName ?? '',
  roles,
});
export const members: Member[] = [
  member(1, ['creator']),
  member(2, ['manager', 'developer']),
  member(3, ['developer']),
  member(4, ['viewer']),
];

export const sessions: SessionView[] = [
  {
    id: ids.session(1),
    createdAt: now - 2 * day,
    lastSeenAt: now - 5_000,
    expiresAt: now + 5 * day,
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    address: '10.1.4.20',
    current: true,
  },
  {
    id: ids.session(2),
    createdAt: now - 6 * day,
    lastSeenAt: now - day,
    expiresAt: now + day,
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1',
    address: '10.1.9.7',
    current: false,
  },
];

export const tokens: ApiToken[] = [
  {
    id: ids.token(1),
    name: 'release script',
    scopes: ['read', 'write'],
    createdAt: now - 40 * day,
    expiresAt: now + 50 * day,
    lastUsedAt: now - 3_600_000,
  },
];
