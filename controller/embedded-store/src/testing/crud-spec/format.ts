import { BSON, type Document } from 'mongodb';

/** The parts of the unified test format that speak of a server; what it expects of drivers is left to drivers. */
export interface SpecFile {
  readonly name: string;
  readonly requirements: readonly Requirement[];
  readonly entities: readonly Document[];
  readonly initialData: readonly CollectionContent[];
  readonly cases: readonly SpecCase[];
}

export interface SpecCase {
  readonly description: string;
  readonly requirements: readonly Requirement[];
  readonly skipReason: string | undefined;
  readonly operations: readonly SpecOperation[];
  readonly outcome: readonly CollectionContent[];
}

export interface Requirement {
  readonly minServerVersion?: string;
  readonly maxServerVersion?: string;
  readonly topologies?: readonly string[];
}

export interface CollectionContent {
  readonly databaseName: string;
  readonly collectionName: string;
  readonly documents: readonly Document[];
}

export interface SpecOperation {
  readonly name: string;
  readonly object: string;
  readonly arguments: Document;
  readonly expectError: Document | undefined;
  /** Nothing where any result will do. */
  readonly expectResult: { readonly value: unknown } | undefined;
}

/** Reads one file of the specification; its shapes are given by its own schema and trusted here. */
export function parseSpecFile(name: string, text: string): SpecFile {
  const file: Document = BSON.EJSON.parse(text);
  return {
    name,
    requirements: file['runOnRequirements'] ?? [],
    entities: file['createEntities'] ?? [],
    initialData: file['initialData'] ?? [],
    cases: file['tests'].map(parseCase),
  };
}

function parseCase(test: Document): SpecCase {
  return {
    description: test['description'],
    requirements: test['runOnRequirements'] ?? [],
    skipReason: test['skipReason'],
    operations: test['operations'].map(parseOperation),
    outcome: test['outcome'] ?? [],
  };
}

function parseOperation(operation: Document): SpecOperation {
  return {
    name: operation['name'],
    object: operation['object'],
    arguments: operation['arguments'] ?? {},
    expectError: operation['expectError'],
    expectResult: 'expectResult' in operation ? { value: operation['expectResult'] } : undefined,
  };
}
