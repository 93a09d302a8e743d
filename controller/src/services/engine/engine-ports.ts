import type { Access } from '../ports/access.js';
import type { Credentials, Definitions, SecretBox } from '../ports/definitions.js';
import type { AgentStore, HeartbeatStore, RegistrationTokenStore } from '../ports/engine/agents.js';
import type { AttemptStore } from '../ports/engine/attempts.js';
import type { PipelineStartStore } from '../ports/engine/pipelines.js';
import type { RunEventStore, RunnerStore, RunStore } from '../ports/engine/runs.js';
import type { Tokens } from '../ports/crypto.js';
import type { SettingsReader } from '../ports/settings.js';
import type { Clock, CrashPoints, Ids, Log, Monotonic, Timers } from '../ports/environment.js';
import type { GitRemote } from '../ports/git-remote.js';
import type { LogIntake } from '../ports/logs.js';
import type { Signals } from '../ports/signals.js';

export interface EngineStores {
  readonly runs: RunStore;
  readonly runEvents: RunEventStore;
  readonly runners: RunnerStore;
  readonly attempts: AttemptStore;
  readonly agents: AgentStore;
  readonly registrationTokens: RegistrationTokenStore;
  readonly heartbeats: HeartbeatStore;
  readonly pipelines: PipelineStartStore;
}

export interface EngineConfig {
  /** Names this process; another one each time it starts. */
  readonly controllerId: string;
  /** Zone of TIMESTAMP (P9), as IANA names it. */
  readonly zone: string;
  /** No other controller can use the store (the embedded one locks its folder). */
  readonly exclusive: boolean;
  /** Lets the controller's own agent run any task although it cannot keep tasks apart from the controller. */
  readonly allowUnisolated: boolean;
}

/** Everything that the engine needs of the world. */
export interface EnginePorts {
  readonly stores: EngineStores;
  readonly config: EngineConfig;
  readonly definitions: Definitions;
  readonly credentials: Credentials;
  readonly secrets: SecretBox;
  readonly tokens: Pick<Tokens, 'hash'> & { generate(): string };
  readonly settings: SettingsReader;
  readonly gitRemote: GitRemote;
  readonly logs: LogIntake;
  readonly access: Access;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly crashPoints: CrashPoints;
  readonly log: Log;
}
