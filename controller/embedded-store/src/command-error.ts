import type { Doc } from './bson/values.js';

/** MongoDB's error numbers that the store answers with, by their published names. */
export const codes = {
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  CannotIndexParallelArrays: 171,
  InvalidPipelineOperator: 168,
  NotImplemented: 238,
  DataCorruptionDetected: 246,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
  UnknownField: 40415,
  MissingField: 40414,
  UnrecognizedStage: 40324,
  InternalError: 1,
  InvalidBSON: 22,
} as const;

export type CodeName = keyof typeof codes;

/** A refusal in MongoDB's shape: drivers and mongoose tell them apart by number and name. */
export class CommandError extends Error {
  readonly code: number;

  constructor(
    readonly codeName: CodeName,
    message: string,
    readonly extra: Doc = {},
  ) {
    super(message);
    this.code = codes[codeName];
  }

  /** The command's reply. */
  toReply(): Doc {
    return { ok: 0, errmsg: this.message, code: this.code, codeName: this.codeName, ...this.extra };
  }

  /** The entry of `writeErrors` for the operation at this position. */
  toWriteError(index: number): Doc {
    return { index, code: this.code, errmsg: this.message, ...this.extra };
  }
}
