import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { User } from '@drover/protocol/api';
import {
  bodyOf,
  controllerUnderTest,
  setupToken,
  type ControllerUnderTest,
  type Person,
} from '../../../../testing/controller-under-test.js';

/** What the routes of the account itself answer before the change. */
const open = new Set(['/api/v1/me', '/api/v1/session']);

describe('accounts', () => {
  let controller: ControllerUnderTest;
  let ann: Person;
  before(async () => {
    controller = await controllerUnderTest();
    ann = await controller.person('ann');
  });
  after(() => controller.close());

  describe('A1 the first start', () => {
    it('leaves the administrator’s password in a file that only its owner can read, until they have another', async () => {
      const { note, password } = controller.administrator;
      assert.equal(note, join(controller.dataDir, 'admin-password'));
      assert.equal((await readFile(note, 'utf8')).trim(), password);
      assert.equal((await stat(note)).mode & 0o777, 0o600);
      await controller.root.send('put', '/api/v1/me/password', { body: { current: password, next: 'a password of their own' } });
      assert.isFalse(existsSync(note));
    });
    it('makes no second administrator', async () => assert.isUndefined(await controller.useCases.ensureAdministrator()));
    it('can be set up by the token of the program that started the controller, before there is a password of their own', async () => {
      const { id } = controller.root;
      await controller.stores.users.change(id as never, { mustChangePassword: true });
      const listed = await controller.send('get', '/api/v1/users', { token: setupToken });
      await controller.stores.users.change(id as never, { mustChangePassword: false });
      assert.equal(listed.status, 200);
      assert.equal((await controller.send('get', '/api/v1/users', { token: `${setupToken}x` })).status, 401);
    });
  });

  describe('A5 a password that somebody else has chosen', () => {
    const given = 'chosen by another';
    let dan: Person;
    before(async () => {
      await controller.root.send('post', '/api/v1/users', { body: { name: 'dan', password: given } });
      dan = await controller.signIn('dan', given);
    });

    it('lets its owner say who they are, change it and sign out, and nothing else', async () => {
      assert.isTrue(bodyOf<{ user: User }>(await dan.send('get', '/api/v1/session')).user.mustChangePassword);
      assert.equal((await dan.send('get', '/api/v1/me')).status, 200);
      const paths = controller.routes.filter(
        ({ access, method, path }) => access !== 'public' && method === 'GET' && !path.includes(':') && !open.has(path),
      );
      assert.isAbove(paths.length, 5);
      for (const { path } of paths) assert.equal((await dan.send('get', path)).body.code, 'passwordChangeRequired', path);
      const made = await dan.send('post', '/api/v1/projects', { body: { name: 'too early' } });
      assert.deepEqual([made.status, made.body.code], [403, 'passwordChangeRequired']);
      assert.equal((await (await controller.signIn('dan', given)).send('delete', '/api/v1/session')).status, 204);
    });

    it('ends being in the way once it is changed, and holds their API tokens, too', async () => {
      assert.equal(
        (await dan.send('put', '/api/v1/me/password', { body: { current: given, next: 'dan walks the long way home' } })).status,
        204,
      );
      assert.equal((await dan.send('get', '/api/v1/projects')).status, 200);
      const { secret } = bodyOf<{ secret: string }>(
        await dan.send('post', '/api/v1/me/tokens', { body: { name: 'ci', scopes: ['read'] } }),
      );
      await controller.root.send('patch', `/api/v1/users/${dan.id}`, { body: { password: given } });
      assert.equal((await controller.send('get', '/api/v1/projects', { token: secret })).body.code, 'passwordChangeRequired');
    });
  });

  describe('A5 signing in', () => {
    it('sets a cookie that scripts cannot read and other sites do not send', async () => {
      const answer = await controller.send('post', '/api/v1/session', { body: { name: 'ANN', password: 'ann walks the long way home' } });
      assert.match(String(answer.headers['set-cookie']), /^drover_session=[\w-]{43}; .*HttpOnly.*SameSite=Lax/i);
    });

    it('does not tell a wrong name from a wrong password', async () => {
      const wrongPassword = await controller.send('post', '/api/v1/session', { body: { name: 'ann', password: 'nope' } });
      const wrongName = await controller.send('post', '/api/v1/session', { body: { name: 'nobody', password: 'nope' } });
      assert.equal(wrongPassword.status, 401);
      assert.deepEqual([wrongName.body.code, wrongName.body.detail], [wrongPassword.body.code, wrongPassword.body.detail]);
    });

    it('lets nobody guess for long', async () => {
      const tries = [];
      for (let count = 0; count < 11; count += 1)
        tries.push(await controller.send('post', '/api/v1/session', { body: { name: 'guessed', password: 'nope' } }));
      assert.deepEqual([tries.at(9)?.status, tries.at(10)?.status], [401, 429]);
      assert.isAbove(Number(tries.at(10)?.headers['retry-after']), 0);
    });

    it('ends: the cookie is worth nothing after signing out', async () => {
      const again = await controller.signIn('ann', 'ann walks the long way home');
      assert.equal((await again.send('delete', '/api/v1/session')).status, 204);
      assert.equal((await again.send('get', '/api/v1/session')).status, 401);
    });

    it('ends after a week without use', async () => {
      const again = await controller.signIn('ann', 'ann walks the long way home');
      controller.clock.at += 8 * 86_400_000;
      assert.equal((await again.send('get', '/api/v1/session')).status, 401);
      controller.clock.at -= 8 * 86_400_000;
    });

    it('can be seen and revoked from another place, and that is told', async () => {
      const elsewhere = await controller.signIn('ann', 'ann walks the long way home');
      const { sessionId } = (await elsewhere.send('get', '/api/v1/session')).body;
      assert.include(
        bodyOf<Array<{ id: string }>>(await ann.send('get', '/api/v1/sessions')).map(({ id }) => id),
        sessionId,
      );
      await ann.send('delete', `/api/v1/sessions/${sessionId}`);
      assert.equal((await elsewhere.send('get', '/api/v1/session')).status, 401);
      assert.deepInclude(controller.told, { type: 'sessionEnded', userId: ann.id as never, sessionId });
    });
  });

  describe('A5 API tokens', () => {
    const make = async (scopes: string[], expiresInDays?: number) =>
      bodyOf<{ secret: string; token: { id: string } }>(
        await ann.send('post', '/api/v1/me/tokens', { body: { name: 'ci', scopes, ...(expiresInDays && { expiresInDays }) } }),
      );

    it('are kept as hashes only', async () => {
      const { secret } = await make(['read']);
      const stored = JSON.stringify(await controller.stores.apiTokens.ofUser(ann.id as never));
      assert.notInclude(stored, secret);
      assert.notInclude(JSON.stringify((await ann.send('get', '/api/v1/me/tokens')).body), secret);
    });

    it('do what their scopes allow, and no more', async () => {
      const { secret } = await make(['read']);
      assert.equal((await controller.send('get', '/api/v1/projects', { token: secret })).status, 200);
      assert.equal((await controller.send('post', '/api/v1/projects', { token: secret, body: { name: 'x' } })).status, 403);
      assert.equal(
        (await controller.send('post', '/api/v1/me/tokens', { token: secret, body: { name: 'x', scopes: ['read'] } })).status,
        403,
      );
    });

    it('expire, and can be removed', async () => {
      const { secret } = await make(['read'], 1);
      controller.clock.at += 86_400_001;
      assert.equal((await controller.send('get', '/api/v1/me', { token: secret })).status, 401);
      controller.clock.at -= 86_400_001;
      const other = await make(['read']);
      await ann.send('delete', `/api/v1/me/tokens/${other.token.id}`);
      assert.equal((await controller.send('get', '/api/v1/me', { token: other.secret })).status, 401);
    });

    it('of administrators are for administrators', async () =>
      assert.equal((await ann.send('post', '/api/v1/me/tokens', { body: { name: 'x', scopes: ['administer'] } })).status, 400));

    it('are shown again under the same idempotency key, and lie enciphered till then', async () => {
      const options = { body: { name: 'once', scopes: ['read'] }, headers: { 'Idempotency-Key': 'token-1' } };
      const first = await ann.send('post', '/api/v1/me/tokens', options);
      const second = await ann.send('post', '/api/v1/me/tokens', options);
      assert.equal(second.body.secret, first.body.secret);
      const kept = await controller.store.connection.collection('idempotency').find({}).toArray();
      assert.notInclude(JSON.stringify(kept), first.body.secret);
    });
  });

  describe('users', () => {
    it('are managed by administrators only', async () => {
      assert.equal((await ann.send('get', '/api/v1/users')).status, 403);
      assert.equal((await ann.send('post', '/api/v1/users', { body: { name: 'x', password: 'long enough' } })).status, 403);
    });
    it('have names that are unique whatever their case', async () => {
      const answer = await controller.root.send('post', '/api/v1/users', { body: { name: 'Ann', password: 'long enough' } });
      assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].path], [409, 'nameTaken', '/name']);
    });
    it('are out at once when they are disabled', async () => {
      const bob = await controller.person('bob');
      await controller.root.send('patch', `/api/v1/users/${bob.id}`, { body: { disabled: true } });
      assert.equal((await bob.send('get', '/api/v1/me')).status, 401);
      assert.equal(
        (await controller.send('post', '/api/v1/session', { body: { name: 'bob', password: 'bob walks the long way home' } })).body.code,
        'wrongCredentials',
      );
    });
    it('include an administrator, always', async () => {
      assert.equal(
        (await controller.root.send('patch', `/api/v1/users/${controller.root.id}`, { body: { administrator: false } })).status,
        409,
      );
    });
    it('include an administrator, also when two depose each other at once', async () => {
      const { root } = controller;
      const gus = await controller.person('gus');
      await root.send('patch', `/api/v1/users/${gus.id}`, { body: { administrator: true } });
      const answers = await Promise.all([
        root.send('patch', `/api/v1/users/${gus.id}`, { body: { administrator: false } }),
        gus.send('patch', `/api/v1/users/${root.id}`, { body: { administrator: false } }),
      ]);
      const left = (await controller.stores.users.all()).filter(({ administrator }) => administrator);
      await controller.stores.users.change(root.id as never, { administrator: true });
      assert.lengthOf(left, 1, JSON.stringify(answers.map(({ status }) => status)));
    });
    it('never come with their hashes', async () =>
      assert.notMatch(JSON.stringify((await controller.root.send('get', '/api/v1/users')).body), /argon2|passwordHash/));
    it('change their password, which ends their other sessions', async () => {
      const cleo = await controller.person('cleo');
      const other = await controller.signIn('cleo', 'cleo walks the long way home');
      assert.equal((await cleo.send('put', '/api/v1/me/password', { body: { current: 'wrong', next: 'another password' } })).status, 400);
      assert.equal(
        (await cleo.send('put', '/api/v1/me/password', { body: { current: 'cleo walks the long way home', next: 'another password' } }))
          .status,
        204,
      );
      assert.equal((await other.send('get', '/api/v1/me')).status, 401);
      assert.equal((await cleo.send('get', '/api/v1/me')).body.mustChangePassword, false);
    });
  });

  describe('A6 the audit log', () =>
    it('has every change, and nothing secret with it', async () => {
      const records = await controller.store.connection.collection('audit').find({}).toArray();
      assert.includeMembers(
        records.map((record) => record['command']),
        ['signIn', 'createUser', 'changeUser', 'createMyToken'],
      );
      assert.notMatch(JSON.stringify(records), /ann-password|drover_/);
    }));
});
