import { ObjectId } from 'bson';

import { decode, encode } from '../../bson/codec.js';
import { withFieldFirst, withIdFirst } from '../../bson/raw.js';
import { hasField, isDoc, type Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';
import type { Collection } from '../../storage/collection.js';
import { checkId } from '../../update/upsert.js';
import { collectionName, type Call, type Command } from '../context.js';
import { runStatements } from './statements.js';

/** `insert`: documents are stored as the bytes that came, with `_id` first. */
export const insertCommand: Command = {
  writes: true,
  fields: ['documents', 'ordered', 'bypassDocumentValidation'],
  run: insert,
};

function insert({ catalogue, db, args }: Call): Doc {
  const documents = args.doc['documents'];
  if (!Array.isArray(documents) || documents.length === 0) {
    throw new CommandError('InvalidLength', 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
  }
  const collection = catalogue.ensure(db, collectionName(args, 'insert'));
  let n = 0;
  const errors = runStatements(documents, { ordered: args.flag('ordered', true) }, (document) => {
    insertOne(collection, document);
    n += 1;
  });
  return { n, ...errors, ok: 1 };
}

function insertOne(collection: Collection, document: unknown): void {
  const bytes = document instanceof Uint8Array ? Buffer.from(document.buffer, document.byteOffset, document.byteLength) : undefined;
  if (!bytes && !isDoc(document)) throw new CommandError('TypeMismatch', 'a document to insert must be an object');
  const given = bytes ?? encode(isDoc(document) ? document : {});
  const doc = decodeGiven(given);
  if (!hasField(doc, '_id')) {
    const field = { _id: new ObjectId() };
    collection.insert(withFieldFirst(given, field), { ...field, ...doc });
    return;
  }
  checkId(doc['_id']);
  collection.insert(withIdFirst(given), doc);
}

/** Documents to insert come undecoded, so this is where malformed ones are found. */
function decodeGiven(bytes: Buffer): Doc {
  try {
    return decode(bytes);
  } catch (error) {
    throw new CommandError('InvalidBSON', `malformed BSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
