import type { PipelineFile } from '@drover/protocol/definition';
import { stringify } from 'yaml';
import type { PipelineFiles } from '../../services/ports/pipeline-files.js';
import type { FileReader } from './file-reader.js';

/** C5: `drover.yaml` by the `yaml` package: YAML 1.2's core types only. */
export const yamlPipelineFiles = ({ read }: Pick<FileReader, 'read'>): PipelineFiles => ({ read, write: writePipelineFile });

export const writePipelineFile = (file: PipelineFile): string =>
  stringify(file, {
    schema: 'core',
    version: '1.2',
    lineWidth: 0,
    aliasDuplicateObjects: false,
    defaultStringType: 'PLAIN',
    blockQuote: 'literal',
  });
