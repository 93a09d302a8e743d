import { asId, type AgentId, type ProjectId, type TokenId } from '@drover/protocol';
import type { AgentRegistered, RegisterAgent } from '@drover/protocol/agent';
import type { ChangeAgent, CreateRegistrationToken, RegistrationToken, RegistrationTokenCreated } from '@drover/protocol/api';
import type { Static } from '@sinclair/typebox';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { Creation } from '../creation.js';
import type { EngineCore } from '../engine/engine-core.js';
import type { UserActor } from '../ports/access.js';
import type { RegistrationTokenRecord } from '../ports/engine/agents.js';
import { ok, refused, type Result } from '../result.js';
import { versionRefusal } from './hello.js';

export type AgentChange = Static<typeof ChangeAgent>;

/** Names of agents are told apart whatever their case. */
export const nameKeyOf = (name: string): string => name.normalize('NFKC').toLocaleLowerCase('en');
/** A machine's own name that is taken gets a number behind it, up to this one. */
const mostNumbered = 1_000;
/** An agent that has been away for so long and holds nothing is gone for good: its name is free for the next one. */
const goneForGoodMs = 24 * 3_600_000;
const hourMs = 3_600_000;

/** G1: takes one use of a registration token and makes an agent; the use is given back where nothing came of it. */
export async function register(
  core: EngineCore,
  body: RegisterAgent,
  { isLocal }: { readonly isLocal: boolean },
): Promise<Result<AgentRegistered>> {
  const { stores, tokens, clock, crashPoints } = core.ports;
  const otherVersion = versionRefusal(body.protocolVersion);
  if (otherVersion !== undefined) return refused('protocolMismatch', otherVersion.detail);
  const used = await stores.registrationTokens.use(tokens.hash(body.token), clock.now());
  crashPoints.reach('controller.registration.used');
  if (used === undefined)
    return refused(
      'wrongCredentials',
      'This registration token is unknown, has expired or is used up. Make a new one on the page “Agents”.',
    );
  const machineToken = tokens.generate();
  const added = await add(core, body, { isLocal, tokenHash: tokens.hash(machineToken), projectId: used.projectId });
  if (!added.ok) {
    await stores.registrationTokens.giveBack(used._id);
    return added;
  }
  const { _id, name, approved } = added.value;
  core.ports.log.info('agent registered', { agentId: _id, agent: name });
  return ok({ agentId: _id, name, token: machineToken, approved });
}

async function add(
  core: EngineCore,
  body: RegisterAgent,
  more: { readonly isLocal: boolean; readonly tokenHash: string; readonly projectId: ProjectId | undefined },
): Promise<Result<AgentRecord>> {
  const { clock, ids, settings, crashPoints } = core.ports;
  const { agentApproval } = await settings.read();
  const wanted = body.name ?? hostNameOf(body.facts.hostname);
  for (let number = 1; number <= mostNumbered; number += 1) {
    const name = number === 1 ? wanted : `${wanted.slice(0, 58)}-${number}`;
    const record: AgentRecord = {
      _id: asId<AgentId>(ids.next()),
      schemaVersion: 1,
      name,
      nameKey: nameKeyOf(name),
      tokenHash: more.tokenHash,
      ...(more.projectId === undefined ? {} : { projectId: more.projectId }),
      approved: !agentApproval,
      enabled: true,
      slots: body.slots,
      givenLabels: body.labels,
      facts: body.facts,
      local: more.isLocal,
      registeredAt: clock.now(),
      revision: 1,
    };
    const answer =
      (await core.agents.add(record)) === 'inserted' || ((await freeName(core, record)) && (await core.agents.add(record)) === 'inserted');
    crashPoints.reach('controller.registration.inserted');
    if (answer) return ok(record);
    if (body.name !== undefined) break;
  }
  const advice = 'choose another name with --name, or remove that agent on the page “Agents” if its machine is gone';
  return refused('nameTaken', `Another agent is called “${wanted}”; ${advice}.`, {
    errors: [{ path: '/name', message: 'is taken' }],
  });
}

/** Removes the agent whose name this one wants, if it has the same scope and is gone for good; says whether it did. */
async function freeName(core: EngineCore, { nameKey, projectId }: AgentRecord): Promise<boolean> {
  const now = core.ports.clock.now();
  const gone = [...core.agents.all()].find(
    ({ record, session }) =>
      record.nameKey === nameKey &&
      record.projectId === projectId &&
      session === undefined &&
      core.board.heldSlots(record._id) === 0 &&
      now - lastSeen(record) > goneForGoodMs,
  );
  if (gone === undefined) return false;
  await core.agents.remove(gone.record._id);
  await core.agentGone(gone);
  core.ports.log.info('agent removed: another one has taken over its name', { agentId: gone.record._id, agent: gone.record.name });
  return true;
}

const lastSeen = ({ registeredAt, session, disconnectedAt }: AgentRecord): number =>
  Math.max(registeredAt, session?.connectedAt ?? 0, disconnectedAt ?? 0);

/** A host's name as the name of an agent may be written. */
const hostNameOf = (hostname: string): string =>
  hostname
    .replace(/[^\p{L}\p{N}_.-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu, '')
    .slice(0, 64) || 'agent';

/** Registration tokens: made by administrators for the farm, by managers for their project. */
export class RegistrationTokens {
  readonly #core: EngineCore;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  async list(scope: 'all' | ReadonlySet<ProjectId>): Promise<ReadonlyArray<Static<typeof RegistrationToken>>> {
    const { registrationTokens } = this.#core.ports.stores;
    const lists =
      scope === 'all'
        ? [await registrationTokens.list('all')]
        : await Promise.all([...scope].map((projectId) => registrationTokens.list(projectId)));
    return lists.flat().map(viewOf);
  }

  /** `origin`: by which the person reached this controller, and so, most likely, the build machine will. */
  async create(
    actor: UserActor,
    { name, projectId, uses, expiresInHours }: Static<typeof CreateRegistrationToken>,
    { creation, origin }: { readonly creation: Creation; readonly origin: string },
  ): Promise<Result<RegistrationTokenCreated>> {
    const { stores, tokens, clock } = this.#core.ports;
    const tokenId = asId<TokenId>(creation.id);
    if (creation.isRepeat) await stores.registrationTokens.remove(tokenId); // its secret never reached anybody
    const secret = tokens.generate();
    const now = clock.now();
    const record: RegistrationTokenRecord = {
      _id: tokenId,
      schemaVersion: 1,
      name,
      hash: tokens.hash(secret),
      ...(projectId === undefined ? {} : { projectId }),
      usesLeft: uses,
      expiresAt: now + expiresInHours * hourMs,
      createdAt: now,
      createdBy: { userId: actor.userId, name: actor.name },
    };
    await stores.registrationTokens.insert(record);
    const installCommand = `curl -fsSL ${origin}/install/agent.sh | DROVER_TOKEN=${secret} sh -s --`;
    return ok({ token: viewOf(record), secret, installCommand });
  }

  read(tokenId: TokenId): Promise<RegistrationTokenRecord | undefined> {
    return this.#core.ports.stores.registrationTokens.read(tokenId);
  }

  async remove(tokenId: TokenId): Promise<void> {
    await this.#core.ports.stores.registrationTokens.remove(tokenId);
  }
}

const viewOf = ({
  _id,
  name,
  projectId,
  usesLeft,
  expiresAt,
  createdAt,
  createdBy,
}: RegistrationTokenRecord): Static<typeof RegistrationToken> => ({
  id: _id,
  name,
  ...(projectId === undefined ? {} : { projectId }),
  usesLeft,
  expiresAt,
  createdAt,
  createdBy,
});
