import type { MatchPosition, Path } from './path.js';

/** A test of the values at one path. */
export interface FieldTest {
  readonly type: 'field';
  readonly name: string;
  readonly path: Path;
  readonly operator: string;
  readonly operand: unknown;
  readonly intoLastArray: boolean;
  readonly test: (value: unknown, position?: MatchPosition) => boolean;
}

/** A parsed filter: what the matcher runs and the planner reads. */
export type Filter =
  | { readonly type: 'and' | 'or' | 'nor'; readonly parts: readonly Filter[] }
  | { readonly type: 'not'; readonly part: Filter }
  | { readonly type: 'expression'; readonly expression: unknown }
  | FieldTest;
