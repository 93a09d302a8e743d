// What a simulation outside this package puts together: the agent itself, but for its machine and its network.
export { Agent, type AgentEnd } from '../agent.js';
export { Assignments } from '../attempts/assignments/assignments.js';
export type { Hands, HandsResult } from '../attempts/ports.js';
export type { RunningStep, StepExit } from '../executors/executor.js';
export { HealthWatch } from '../health/health-watch.js';
export type { Identity } from '../identity/identity.js';
export { Journal } from '../journal/journal.js';
export { AgentLink } from '../link/agent-link.js';
export type { LinkSocket } from '../link/port.js';
export type { Cancel, Clock } from '../shared/clock.js';
export type { Disk, DiskFile } from '../shared/disk.js';
export type { Logger } from '../shared/logger.js';
export { Spool } from '../spool/spool.js';
