import { password, makeUser, registerAgent, type World } from '../input/harness/world.js';
import { Api } from '../testing/api.js';
import type { Farm } from '../testing/farm.js';

/** Kinds of callers: how its requests are signed. */
export type Person =
  | 'nobody'
  | 'stranger'
  | 'viewer'
  | 'developer'
  | 'manager'
  | 'administrator'
  | 'agent'
  | 'managersReadToken'
  | 'administratorsWriteToken'
  | 'disabled';

export type People = Readonly<Record<Person, Readonly<Record<string, string>>>>;

/** One of each, for the project of this world. */
export async function makePeople(farm: Farm, world: World): Promise<People> {
  const signedIn = async (name: string, role?: string): Promise<Record<string, string>> => {
    const user = await makeUser(farm, name);
    if (role !== undefined) await farm.api.post(`/projects/${world.project.id}/members`, { name: user.name, roles: [role] });
    const { cookie } = await Api.firstSignIn(farm.url, name, password);
    return { cookie, origin: farm.url };
  };
  const manager = await signedIn('manager', 'manager');
  const disabled = await signedIn('disabled', 'manager');
  const people = {
    nobody: {},
    stranger: await signedIn('stranger'),
    viewer: await signedIn('viewer', 'viewer'),
    developer: await signedIn('developer', 'developer'),
    manager,
    administrator: { cookie: farm.api.cookie, origin: farm.url },
    agent: await machine(farm, world),
    managersReadToken: await tokenOf(farm, manager, 'read'),
    administratorsWriteToken: await tokenOf(farm, { cookie: farm.api.cookie, origin: farm.url }, 'write'),
    disabled,
  };
  const all = await farm.api.get<ReadonlyArray<{ id: string; name: string }>>('/users');
  await farm.api.send('PATCH', `/users/${all.find(({ name }) => name === 'disabled')?.id ?? ''}`, { disabled: true });
  return people;
}

async function machine(farm: Farm, { project }: World): Promise<Record<string, string>> {
  const token = { name: 'walk', projectId: project.id, uses: 1, expiresInHours: 1 };
  const { secret } = await farm.api.post<{ secret: string }>('/registration-tokens', token);
  return { authorization: `Bearer ${(await registerAgent(farm, secret, 'machine-of-the-walk')).token}` };
}

export async function tokenOf(farm: Farm, headers: Readonly<Record<string, string>>, scope: string): Promise<Record<string, string>> {
  const response = await fetch(`${farm.url}/api/v1/me/tokens`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: scope, scopes: [scope] }),
  });
  if (!response.ok) throw new Error(`token: ${response.status} ${await response.text()}`);
  return { authorization: `Bearer ${((await response.json()) as { secret: string }).secret}` };
}
