import type { PipelineId } from '@drover/protocol';
import type { StartRun, Trigger } from '@drover/protocol/api';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { RunRecord } from '../../../domain/runs/record.js';
import type { Persistence } from '../../persist.js';
import type { Definitions, SecretBox } from '../../ports/definitions.js';
import type { PipelineStartStore } from '../../ports/engine/pipelines.js';
import type { RunStore } from '../../ports/engine/runs.js';
import type { Clock, CrashPoints, Ids } from '../../ports/environment.js';
import type { SlotBook } from '../slots.js';

export interface StartRequest {
  readonly pipelineId: PipelineId;
  readonly request: StartRun;
  readonly trigger: Trigger;
  /** The same key in the same pipeline gives the same run. */
  readonly idempotencyKey?: string;
}

export interface StartPorts extends Persistence {
  readonly pipelines: PipelineStartStore;
  readonly runs: RunStore;
  readonly definitions: Definitions;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly crashPoints: CrashPoints;
  readonly zone: string;
  readonly slots: SlotBook;
  /** The run is in the store, new or found there again; `newest`: as it is by now, which may be further. */
  readonly opened: (record: RunRecord, definition: DefinitionSnapshot, newest: RunRecord) => void;
}
