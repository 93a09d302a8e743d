import { Type } from '@sinclair/typebox';
import { rule } from '../shared/faults.js';

/** Text without control characters (NUL included), at most `maxLength` long. */
export const Line = (maxLength: number, minLength = 0) =>
  Type.String({ minLength, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$', ...rule('one line of text without control characters') });

/** Text of several lines: no control characters but tab and line ends. */
export const Lines = (maxLength: number) =>
  Type.String({
    maxLength,
    pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$',
    ...rule('text without control characters other than tabs and line ends'),
  });

/** Name of a project, pipeline, job, endpoint: 1 to 64 characters, begins and ends with a letter, digit or `_`; inside also space, `.`, `-`. */
export const Name = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_ .\\-]*[\\p{L}\\p{N}_])?$',
  ...rule('letters, digits, “_”, and between them also spaces, “.” and “-”'),
});

/** Name of a parameter: letters, digits, `_`; does not begin with a digit; none of the names that mean something to JavaScript itself, which no input may have. */
export const ParameterName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]*$',
  ...rule('letters, digits and “_”, not beginning with a digit'),
});

/** Key of a stage or task, unique in its pipeline: lower-case letters, digits, `-`. */
export const Key = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[a-z0-9][a-z0-9-]*$',
  ...rule('lower-case letters, digits and “-”'),
});

/** Alias of a source: letters, digits, `_`. */
export const Alias = Type.String({ minLength: 1, maxLength: 32, pattern: '^[A-Za-z0-9_]+$', ...rule('letters, digits and “_”') });

export const Label = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._:=/-]*$',
  ...rule('letters, digits and . _ : = / -, beginning with a letter or digit'),
});

/** Branch, tag or commit as a person writes it. Never begins with `-`. */
export const RefName = Type.String({
  minLength: 1,
  maxLength: 250,
  pattern: '^[^-\\u0000-\\u0020\\u007f~^:?*\\[\\\\][^\\u0000-\\u0020\\u007f~^:?*\\[\\\\]*$',
  ...rule('the name of a branch or tag, or a commit'),
});

/** A path below the workspace: relative, `/` as separator, no `..`, no empty part at its start. May hold `${name}` references. */
export const RelativePath = Type.String({
  minLength: 1,
  maxLength: 1_000,
  pattern: '^(?!/)(?!(?:.*/)?\\.\\.(?:/|$))(?![A-Za-z]:)[^\\u0000-\\u001f\\u007f\\\\]+$',
  ...rule('a path inside the workspace, with “/” between its parts and no “..”'),
});
