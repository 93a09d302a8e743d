import type { Pipeline } from '@drover/protocol/api';
import type { Parameter } from '../../../../editor/definition.js';
import type { Editor } from '../../shell/use-editor.js';

export interface ParametersProps {
  readonly editor: Editor;
  /** Secrets that have a value on the controller. */
  readonly secretsSet: readonly string[];
  /** P5: what auto-increment parameters of the stored pipeline have grown to. */
  readonly next: Pipeline['autoIncrement'];
  /** Whether the pipeline is a copy, whose secrets come over when it is saved. */
  readonly copied: boolean;
  readonly disabled: boolean;
}

export interface ParameterProps extends ParametersProps {
  readonly index: number;
  readonly parameter: Parameter;
}

/** What a field of a parameter gets. `field` joins edits of one field to one undo. */
export interface ParameterFieldProps extends ParameterProps {
  readonly replace: (next: Parameter, field?: string) => void;
}
