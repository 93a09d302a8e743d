import type { AgentId } from '@drover/protocol';
import type { AttemptExecutor } from '@drover/protocol/agent';
import type { Journal } from '../../journal/journal.js';
import type { ProcessMark } from '../../journal/records.js';
import type { ControllerLink } from '../../link/port.js';
import type { Clock } from '../../shared/clock.js';
import type { Logger } from '../../shared/logger.js';
import type { Spool } from '../../spool/spool.js';
import type { AdmissionFacts } from './admission.js';
import type { LinkLife } from './away-watch.js';
import type { Hands } from '../ports.js';

/** What the keeper of attempts needs of the rest of the agent. */
export interface AssignmentPorts {
  readonly link: ControllerLink;
  readonly linkLife: () => LinkLife;
  readonly journal: Journal;
  readonly spool: Spool;
  readonly hands: Hands;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly agentId: AgentId;
  /** The name that people know it by; may change while it runs. */
  readonly agentName: () => string;
  readonly process: ProcessMark;
  /** What steps see of the machine. */
  readonly baseEnvironment: (executor: AttemptExecutor['type']) => Readonly<Record<string, string>>;
  readonly admissionFacts: () => Omit<AdmissionFacts, 'takenSlots'>;
}
