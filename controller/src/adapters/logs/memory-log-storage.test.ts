import { describeLogStorage } from './log-storage.contract.js';
import { MemoryLogStorage } from './memory-log-storage.js';

describeLogStorage(
  'logs in memory',
  async () => ({ storage: new MemoryLogStorage() }),
  async () => undefined,
  { outlivesRestart: false },
);
