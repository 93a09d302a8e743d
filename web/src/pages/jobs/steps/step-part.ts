import type { Step } from '@drover/protocol/definition';
import type { Problem } from '../../../editor/check.js';

/** What the fields of one kind of step get; `set` replaces only the fields that it names. */
export interface StepPartProps<Kind extends Step> {
  readonly step: Kind;
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly set: (part: object) => void;
}

export type StepOf<Type extends Step['type']> = Extract<Step, { readonly type: Type }>;
