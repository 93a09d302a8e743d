import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { readYaml } from '@drover/protocol/yaml';
import { showDirections } from '../../../directions/directions.js';
import { fieldsFor, schemasAt, valuesFor, type Schema } from '../../../editor/schema.js';
import { placeAt } from '../../../editor/yaml/yaml-place.js';

/** What completion draws on: the file's schema and the names of the project's jobs. */
export interface Knowledge {
  readonly schema: Schema | undefined;
  readonly jobs: readonly string[];
}

/** Offers the fields and values that the schema allows at the cursor. */
export const yamlCompletion =
  (knowledge: () => Knowledge) =>
  (context: CompletionContext): CompletionResult | null => {
    const { schema, jobs } = knowledge();
    const text = context.state.doc.toString();
    const place = placeAt(text.slice(0, context.pos), text.slice(context.pos));
    if (place === undefined || schema === undefined || (!context.explicit && place.typed === '' && place.type === 'field')) return null;
    const schemas = schemasAt(schema, place.path, valueOf(text));
    const options =
      place.type === 'field'
        ? fieldsFor(schemas, place.present).map(fieldOption)
        : [...valuesFor(schemas), ...(place.path.at(-1) === 'job' ? jobs : [])].map((label): Completion => ({
            label,
            displayLabel: showDirections(label),
            type: 'enum',
          }));
    return options.length === 0 ? null : { from: context.pos - place.typed.length, options, validFor: /^[\w .-]*$/ };
  };

const fieldOption = ({
  label,
  detail,
  needed,
}: {
  readonly label: string;
  readonly detail?: string;
  readonly needed: boolean;
}): Completion => ({
  label,
  type: 'property',
  apply: `${label}: `,
  boost: needed ? 1 : 0,
  ...(detail === undefined ? {} : { info: detail }),
});

/** The text as a value as far as it can be read; alternatives of the schema are told apart by it. */
function valueOf(text: string): unknown {
  const read = readYaml(text);
  return read.ok ? read.value : undefined;
}
