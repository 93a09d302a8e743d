import { MongoBulkWriteError, MongoClient, MongoServerError, type Collection, type Db, type Document } from 'mongodb';

import { reasonToLeaveOut, type ServerFacts } from './applies.js';
import type { CollectionContent, SpecCase, SpecFile, SpecOperation } from './format.js';
import { differenceOf, show } from './match.js';
import { describeResult, operate, UnknownOperation } from './operations.js';

/** How a case went. `refused`: it needs what the store refuses by name, such as a collation. */
export interface Outcome {
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'refused' | 'not applicable';
  readonly reason: string;
}

/** The store's answer to what it does not support. */
const notImplemented = 238;

/** Runs the cases of one file, each on fresh data. */
export async function runFile(file: SpecFile, uri: string): Promise<Outcome[]> {
  const client = await MongoClient.connect(uri);
  try {
    const server = await factsOf(client);
    const outcomes: Outcome[] = [];
    for (const test of file.cases) {
      const title = `${file.name}: ${test.description}`;
      const leftOut = reasonToLeaveOut(file, test, server);
      outcomes.push(leftOut === undefined ? await judge(title, () => runCase({ file, test, client, uri })) : notApplicable(title, leftOut));
    }
    return outcomes;
  } finally {
    await client.close();
  }
}

function notApplicable(title: string, reason: string): Outcome {
  return { title, verdict: 'not applicable', reason };
}

async function factsOf(client: MongoClient): Promise<ServerFacts> {
  const { version } = await client.db('admin').command({ buildInfo: 1 });
  const { setName } = await client.db('admin').command({ hello: 1 });
  return { version: String(version), topology: setName === undefined ? 'single' : 'replicaset' };
}

async function judge(title: string, run: () => Promise<void>): Promise<Outcome> {
  try {
    await run();
    return { title, verdict: 'passed', reason: '' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof UnknownOperation) return notApplicable(title, `the operation ${reason} is not known to this runner`);
    if (error instanceof MongoServerError && error.code === notImplemented) return { title, verdict: 'refused', reason };
    return { title, verdict: 'failed', reason };
  }
}

interface CaseRun {
  readonly file: SpecFile;
  readonly test: SpecCase;
  readonly client: MongoClient;
  readonly uri: string;
}

async function runCase({ file, test, client, uri }: CaseRun): Promise<void> {
  for (const content of file.initialData) await fill(client, content);
  const entities = new Entities(file.entities, uri);
  try {
    for (const operation of test.operations) await runOperation(entities.get(operation.object), operation);
    // Unacknowledged writes are done once a later command on their connection is answered.
    await entities.settle();
  } finally {
    await entities.close();
  }
  for (const content of test.outcome) await checkContent(client, content);
}

async function fill(client: MongoClient, { databaseName, collectionName, documents }: CollectionContent): Promise<void> {
  const collection = client.db(databaseName).collection(collectionName);
  await collection.drop();
  if (documents.length > 0) await collection.insertMany([...documents]);
  else await client.db(databaseName).createCollection(collectionName);
}

async function checkContent(client: MongoClient, { databaseName, collectionName, documents }: CollectionContent): Promise<void> {
  const found = await client.db(databaseName).collection(collectionName).find().sort({ _id: 1 }).toArray();
  if (show(found) !== show(documents)) throw new Error(`collection ${collectionName}: expected ${show(documents)}, found ${show(found)}`);
}

/** The clients, databases and collections that a file's operations name. */
class Entities {
  readonly #clients = new Map<string, MongoClient>();
  readonly #databases = new Map<string, Db>();
  readonly #collections = new Map<string, Collection>();

  constructor(entities: readonly Document[], uri: string) {
    for (const { client, database, collection } of entities) {
      if (client) this.#clients.set(client.id, new MongoClient(uri, { maxPoolSize: 1, ...client.uriOptions }));
      const parent = database && this.#clients.get(database.client);
      if (parent) this.#databases.set(database.id, parent.db(database.databaseName, database.databaseOptions));
      const db = collection && this.#databases.get(collection.database);
      if (db) this.#collections.set(collection.id, db.collection(collection.collectionName, collection.collectionOptions));
    }
  }

  get(id: string): Db | Collection {
    const entity = this.#collections.get(id) ?? this.#databases.get(id);
    if (!entity) throw new UnknownOperation(`on ${id}`);
    return entity;
  }

  async settle(): Promise<void> {
    for (const client of this.#clients.values()) await client.db('admin').command({ ping: 1 });
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await client.close();
  }
}

async function runOperation(target: Db | Collection, { name, arguments: args, expectError, expectResult }: SpecOperation): Promise<void> {
  const result = await operate(target, name, args).catch((error: unknown) => {
    if (!expectError || error instanceof UnknownOperation || !(error instanceof Error)) throw error;
    if (error instanceof MongoServerError && error.code === notImplemented) throw error;
    checkError(error, expectError);
    return error;
  });
  if (expectError && !(result instanceof Error)) throw new Error(`${name}: expected an error`);
  const difference = expectResult && !expectError ? differenceOf(expectResult.value, result) : undefined;
  if (difference !== undefined) throw new Error(`${name}: ${difference}`);
}

function checkError(error: Error, expected: Document): void {
  const isClientError = !(error instanceof MongoServerError);
  const told = `found ${error.name}: ${error.message}`;
  if (expected['isClientError'] !== undefined && expected['isClientError'] !== isClientError) {
    throw new Error(`expected an error of the ${isClientError ? 'server' : 'client'}, ${told}`);
  }
  if (expected['errorContains'] !== undefined && !error.message.toLowerCase().includes(String(expected['errorContains']).toLowerCase())) {
    throw new Error(`expected an error that says ${expected['errorContains']}, ${told}`);
  }
  if (isClientError) return;
  const differences = [
    expected['errorCode'] === undefined ? undefined : differenceOf(expected['errorCode'], error.code, 'error code'),
    expected['errorResponse'] === undefined ? undefined : differenceOf(expected['errorResponse'], error.errorResponse),
    expected['expectResult'] === undefined || !(error instanceof MongoBulkWriteError)
      ? undefined
      : differenceOf(expected['expectResult'], describeResult(error.result)),
  ];
  const difference = differences.find((found) => found !== undefined);
  if (difference !== undefined) throw new Error(`${difference}; ${told}`);
}
