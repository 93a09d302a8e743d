import type { Source } from '../../../../editor/definition.js';

/** What a field of a source gets. `field` joins edits of one field to one undo. */
export interface SourceFieldProps {
  readonly source: Source;
  readonly projectId: string;
  readonly disabled: boolean;
  readonly set: (part: { readonly [K in keyof Source]?: Source[K] | undefined }, field?: string) => void;
  /** The words for a problem at a place. */
  readonly at: (path: string) => string | undefined;
  readonly path: string;
}
