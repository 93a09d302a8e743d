import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createOutgoing } from '@drover/protocol/outgoing';
import { Agent } from '../../agent.js';
import { Assignments } from '../../attempts/assignments/assignments.js';
import type { Hands } from '../../attempts/ports.js';
import { HealthWatch } from '../../health/health-watch.js';
import type { Identity } from '../../identity/identity.js';
import { Journal } from '../../journal/journal.js';
import { AgentLink } from '../../link/agent-link.js';
import { createSocket } from '../../link/socket.js';
import { systemClock, type Clock } from '../../shared/clock.js';
import { silentLogger } from '../../shared/logger.js';
import { Spool } from '../../spool/spool.js';
import { testAgentId } from '../fake-controller.js';

export interface ScriptedAgentParts {
  readonly folder: string;
  readonly url: string;
  readonly hands: Hands;
  readonly clock?: Clock;
  /** What happens to the agent before it has come up. */
  readonly early?: (agent: Agent) => void;
}

/** The whole agent but for its hands, which a test plays. */
export async function startScriptedAgent({ folder, url, hands, clock = systemClock, early }: ScriptedAgentParts): Promise<Agent> {
  const logger = silentLogger;
  const bootNonce = randomBytes(8).toString('hex');
  const identity: Identity = { url, agentId: testAgentId, token: 'machine-token', name: 'tester', labels: [], slots: 2 };
  const spool = new Spool(join(folder, 'spool'));
  await spool.prepare();
  const journal = await Journal.open(join(folder, 'journal'));
  const facts = {
    productVersion: '0',
    os: 'linux',
    arch: 'x64',
    hostname: 'h',
    cpus: 1,
    memoryMb: 1,
    automaticLabels: [],
    executors: ['shell' as const],
    isolation: 'none' as const,
  };
  const agent = new Agent({ identity, bootNonce, facts, isSampleOnly: false, clock, logger });
  const link = new AgentLink(
    { url, createSocket: async () => createSocket(identity, createOutgoing({ environment: {} })), clock, random: () => 0.1, logger },
    agent.linkEvents(),
  );
  const readings = { loadPercent: 0, freeMemoryMb: 1_000, freeDiskMb: 1_000, executorFaults: [] };
  const health = await HealthWatch.open({
    link,
    clock,
    logger,
    minimumFreeMb: 1,
    read: () => Promise.resolve(readings),
    makeRoom: () => Promise.resolve(0),
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
    baseEnvironment: () => ({}),
    admissionFacts: () => agent.admissionFacts(),
  });
  early?.(agent);
  await agent.start({ link, assignments, health, journal });
  return agent;
}
