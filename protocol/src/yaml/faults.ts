/** A fault of a YAML text: where it stands, and what is wrong. */
export interface YamlFault {
  /** Offsets of the first character and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly code: YamlFaultCode;
  readonly facts: Readonly<Record<string, string | number>>;
  /** In English, with its subject. */
  readonly message: string;
}

type Facts = Readonly<Record<string, string | number>>;

/** `syntax` carries the sentence of the YAML reader. */
const sentences = {
  syntax: ({ message }) => String(message),
  empty: () => 'The file is empty',
  tooLong: ({ most }) => `The file is longer than ${most} characters`,
  documents: () => 'The file holds several documents; remove the line “---” and what follows it',
  tooDeep: ({ most }) => `The file is nested deeper than ${most} levels`,
  tooMany: ({ most }) => `The file has more than ${most} values`,
  keyTwice: ({ key }) => `The key “${key}” is not unique in its mapping`,
  tag: ({ tag }) => `The tag ${tag} is not known; only YAML’s core types are`,
  aliasUnknown: ({ name }) => `The alias *${name} has no anchor &${name} before it`,
  aliasOfItself: ({ name }) => `The alias *${name} stands inside its own anchor`,
  tooManyAliases: ({ most }) => `The file has more than ${most} aliases`,
  aliasesTooLarge: () => 'The aliases of the file repeat too much; write less of it by aliases',
  mergeKey: () => 'Merge keys (<<) are not supported; repeat the fields, or use an alias for the whole value',
} as const satisfies Readonly<Record<string, (facts: Facts) => string>>;
export type YamlFaultCode = keyof typeof sentences;

export const yamlFault = (
  code: YamlFaultCode,
  { from, to }: { readonly from: number; readonly to: number },
  facts: Facts = {},
): YamlFault => ({
  from,
  to,
  code,
  facts,
  message: sentences[code](facts),
});
