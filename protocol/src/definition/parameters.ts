import { Type, type Static } from '@sinclair/typebox';
import { Closed, Variants } from '../shared/schema.js';
import { Line, Lines, ParameterName } from './names.js';

const common = {
  name: ParameterName,
  description: Type.Optional(Line(500)),
  runtime: Type.Optional(Type.Boolean({ description: 'P2: may be changed when a run is started' })),
};

/** P3: a secret's value never stands in a definition; it is set beside it and kept encrypted. */
export const StringParameter = Closed({
  ...common,
  type: Type.Literal('string'),
  value: Type.Optional(Lines(20_000)),
  secret: Type.Optional(Type.Literal(false)),
});
export const SecretParameter = Closed({ ...common, type: Type.Literal('secret') });
export const EnumParameter = Closed({
  ...common,
  type: Type.Literal('enum'),
  values: Type.Array(Line(200, 1), { minItems: 1, maxItems: 100, uniqueItems: true }),
  value: Line(200, 1),
});
export const AutoIncrementParameter = Closed({ ...common, type: Type.Literal('autoIncrement'), value: Line(200, 1) });

export const Parameter = Variants('type', [StringParameter, SecretParameter, EnumParameter, AutoIncrementParameter]);
export type Parameter = Static<typeof Parameter>;

/** P9 without the ones that aliases make. */
export const predefinedParameters = ['PROJECT_ID', 'PIPELINE_ID', 'PIPELINE_NUMBER', 'COMMIT_ID', 'TIMESTAMP'] as const;
/** P9: what the alias of a repository adds, each as `<alias>_<suffix>`. */
export const aliasSuffixes = ['REPOSITORY_NAME', 'SOURCE_BRANCH', 'TARGET_BRANCH', 'TAG', 'COMMIT_ID'] as const;
