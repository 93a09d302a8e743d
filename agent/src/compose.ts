import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AgentFacts } from '@drover/protocol/agent';
import { Agent } from './agent.js';
import { Assignments } from './attempts/assignments/assignments.js';
import { baseEnvironment, withoutOwners } from './attempts/step-environment.js';
import type { AgentConfig } from './config.js';
import { gatherFacts } from './facts/facts.js';
import { gitEnvironmentOnce } from './git/git-environment.js';
import { evictMirrors } from './git/mirror.js';
import { findAbilities, type Abilities } from './hands/abilities.js';
import { mirrorsIn } from './hands/leavings.js';
import { ExecutorHealth } from './hands/executor-health.js';
import { createMachineHands } from './hands/machine-hands.js';
import { readHealth } from './health/health.js';
import { HealthWatch } from './health/health-watch.js';
import { attemptMarker, type Identity } from './identity/identity.js';
import { Journal } from './journal/journal.js';
import { AgentLink, type AgentLinkEvents } from './link/agent-link.js';
import { createSocket } from './link/socket.js';
import { openNetwork } from './network/network.js';
import { systemClock } from './shared/clock.js';
import type { Logger } from './shared/logger.js';
import { workFast } from './shared/pace.js';
import { Spool } from './spool/spool.js';

export interface ComposeParts {
  readonly config: AgentConfig;
  readonly identity: Identity;
  readonly logger: Logger;
}

/** Puts the agent together and starts it. The only place that names all concrete parts. */
export async function compose({ config, identity, logger }: ComposeParts): Promise<Agent> {
  const { dataFolder, environment, minimumFreeMb } = config;
  const clock = systemClock;
  const bootNonce = randomBytes(16).toString('hex');
  // A setting that does not work here is refused before anything is open.
  const abilities = await findAbilities(config, logger);
  const { isolation } = abilities;
  const facts = await gatherFacts(environment['PATH'] ?? '', { executors: executorNames(abilities), isolation });
  const spoolFolder = join(dataFolder, 'spool');
  const spool = new Spool(spoolFolder);
  await spool.prepare();
  const journal = await Journal.open(join(dataFolder, 'journal'));
  const executorHealth = new ExecutorHealth();
  const hasOneUser = process.getuid?.() === 0 && isolation === 'namespaces' && abilities.taskIds === undefined;
  const machine = { ...(hasOneUser ? withoutOwners : {}), ...baseEnvironment(environment, config.passedVariables) };
  const network = openNetwork(environment, config.caFile);
  const hands = createMachineHands({
    config,
    identity,
    marker: await attemptMarker(identity, dataFolder),
    logger,
    abilities,
    executorHealth,
    network,
    gitEnvironment: gitEnvironmentOnce(environment, { authorities: network.authorities, folder: dataFolder }),
    now: () => clock.now(),
    slots: () => agent.admissionFacts().slots,
  });
  const isSampleOnly = config.isSampleOnlyUnlessIsolated && isolation === 'none';
  if (isSampleOnly) logger.warn('tasks cannot be kept apart on this machine: only the sample is run');
  const agent = new Agent({ identity, bootNonce, facts, isSampleOnly, clock, logger });
  const link = new AgentLink(
    { url: identity.url, createSocket: async () => createSocket(identity, network.outgoing), clock, random: Math.random, logger },
    quickOnceOffered(agent.linkEvents()),
  );
  const health = await HealthWatch.open({
    link,
    clock,
    logger,
    minimumFreeMb,
    read: () => readHealth({ workFolder: dataFolder, spoolFolder, executorFaults: () => executorHealth.faults() }),
    // mirrors are fetched again where they are missed: they go before work is refused
    makeRoom: () => evictMirrors(mirrorsIn(dataFolder), clock.now()),
  });
  const assignments = new Assignments({
    link,
    linkLife: () => link,
    journal,
    spool,
    hands,
    clock,
    logger,
    agentId: identity.agentId,
    agentName: () => agent.name,
    process: { pid: process.pid, bootNonce },
    baseEnvironment: (executor) => (executor === 'shell' ? machine : {}),
    admissionFacts: () => agent.admissionFacts(),
  });
  await agent.start({ link, assignments, health, journal });
  return agent;
}

/** There is work: what was left out while the agent waited is now worth its memory. */
const quickOnceOffered = (events: AgentLinkEvents): AgentLinkEvents => ({
  ...events,
  onMessage: (message) => {
    if (message.type === 'offer') workFast();
    return events.onMessage(message);
  },
});

const executorNames = ({ shell, docker }: Abilities): AgentFacts['executors'] =>
  [shell, docker].flatMap((executor) => executor?.name ?? []);
