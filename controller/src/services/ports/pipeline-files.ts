import type { PipelineFile } from '@drover/protocol/definition';
import type { Result } from '../result.js';

/** C5: `drover.yaml` as text. */
export interface PipelineFiles {
  /** Faults say line and column of the text. */
  read(text: string): Promise<Result<PipelineFile>>;
  /** Reading what was written gives an equal file. */
  write(file: PipelineFile): string;
}
