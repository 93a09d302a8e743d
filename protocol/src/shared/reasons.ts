import { Type, type Static } from '@sinclair/typebox';
import { reasonCodes } from './reason-sentences.js';
import { Closed, OneOf } from './schema.js';

/** A code with its facts; `reasonSentences` has the words. */
export const Reason = Closed({
  code: OneOf(reasonCodes),
  parameters: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9]{0,63}$' }), Type.Union([Type.String({ maxLength: 2_000 }), Type.Number()]), {
      additionalProperties: false,
    }),
  ),
});
export type Reason = Static<typeof Reason>;
