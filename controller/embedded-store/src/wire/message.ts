import { decode, decodeCommand, encode } from '../bson/codec.js';
import { encodeReply, firstName } from '../bson/raw.js';
import { setField, type Doc } from '../bson/values.js';

const opReply = 1;
const opQuery = 2004;
const opMessage = 2013;
const headerBytes = 16;

const flags = { checksumPresent: 1, moreToCome: 2 } as const;

/** A message that breaks the protocol: its connection is closed. */
export class ProtocolError extends Error {}

/** A request as it came: the command, and how it has to be answered. */
export interface Request {
  readonly id: number;
  readonly form: 'query' | 'message';
  readonly command: Doc;
  /** With write concern 0 the client waits for no answer. */
  readonly wantsReply: boolean;
}

/** Reads one whole message. `rawFieldOf` names the field whose documents stay encoded. */
export function parseRequest(message: Buffer, rawFieldOf: (command: string) => string | undefined): Request {
  const id = message.readInt32LE(4);
  const code = message.readInt32LE(12);
  if (code === opMessage) return parseMessage(message, id, rawFieldOf);
  if (code === opQuery) return parseQuery(message, id);
  throw new ProtocolError(`operation code ${code} is not supported`);
}

function parseMessage(message: Buffer, id: number, rawFieldOf: (command: string) => string | undefined): Request {
  const bits = message.readUInt32LE(headerBytes);
  if (bits & 0xffff & ~(flags.checksumPresent | flags.moreToCome)) throw new ProtocolError(`flags ${bits} are not supported`);
  const end = message.length - (bits & flags.checksumPresent ? 4 : 0);
  const sequences: { name: string; documents: Buffer[] }[] = [];
  let body: Buffer | undefined;
  let at = headerBytes + 4;
  while (at < end) {
    const kind = message.readUInt8(at);
    const size = message.readInt32LE(at + 1);
    if (size < 5 || at + 1 + size > end) throw new ProtocolError(`a section of ${size} bytes does not fit its message`);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0 && !body) body = section;
    else if (kind === 1) sequences.push(parseSequence(section));
    else throw new ProtocolError(`section kind ${kind} is not expected here`);
    at += 1 + size;
  }
  if (!body) throw new ProtocolError('a message without a body');
  const rawField = rawFieldOf(firstName(body) ?? '');
  const command = decodeCommand(body, rawField);
  for (const { name, documents } of sequences) setField(command, name, name === rawField ? documents : documents.map(decode));
  return { id, form: 'message', command, wantsReply: !(bits & flags.moreToCome) };
}

function parseSequence(section: Buffer): { name: string; documents: Buffer[] } {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('a document sequence without a name');
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const size = section.readInt32LE(at);
    if (size < 5 || at + size > section.length) throw new ProtocolError(`a document of ${size} bytes does not fit its section`);
    documents.push(section.subarray(at, at + size));
    at += size;
  }
  return { name: section.toString('utf8', 4, nameEnd), documents };
}

/** The old form, which drivers use for their very first hello. */
function parseQuery(message: Buffer, id: number): Request {
  const nameEnd = message.indexOf(0, headerBytes + 4);
  const namespace = nameEnd < 0 ? '' : message.toString('utf8', headerBytes + 4, nameEnd);
  if (!namespace.endsWith('.$cmd')) throw new ProtocolError('only commands are taken as OP_QUERY');
  const start = nameEnd + 9;
  const command = decode(message.subarray(start, start + message.readInt32LE(start)));
  return { id, form: 'query', command: { ...command, $db: namespace.slice(0, -'.$cmd'.length) }, wantsReply: true };
}

/** The answer in the form of its question. */
export function encodeAnswer({ id, form }: Pick<Request, 'id' | 'form'>, reply: Doc): Buffer {
  return form === 'message' ? messageAnswer(id, encodeReply(reply)) : queryAnswer(id, encode(reply));
}

function messageAnswer(to: number, body: Buffer): Buffer {
  const head = header({ to, code: opMessage, length: headerBytes + 5 + body.length, extra: 5 });
  return Buffer.concat([head, body]);
}

function queryAnswer(to: number, body: Buffer): Buffer {
  const head = header({ to, code: opReply, length: headerBytes + 20 + body.length, extra: 20 });
  head.writeInt32LE(8, headerBytes);
  head.writeInt32LE(1, headerBytes + 16);
  return Buffer.concat([head, body]);
}

let lastId = 0;

function header({ to, code, length, extra }: { to: number; code: number; length: number; extra: number }): Buffer {
  const head = Buffer.alloc(headerBytes + extra);
  lastId = (lastId + 1) & 0x7fffffff;
  head.writeInt32LE(length, 0);
  head.writeInt32LE(lastId, 4);
  head.writeInt32LE(to, 8);
  head.writeInt32LE(code, 12);
  return head;
}
