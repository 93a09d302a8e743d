import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Tokens } from '../../services/ports/crypto.js';

const tokenBytes = 32;
/** No 0/O, 1/l/I. */
const typeable = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const passwordLength = 24;

export const randomTokens: Tokens & { generate(): string } = {
  create: (prefix) => prefix + randomBytes(tokenBytes).toString('base64url'),
  generate: () => randomBytes(tokenBytes).toString('base64url'),
  hash: (token) => createHash('sha256').update(token).digest('hex'),
  password: () => Array.from({ length: passwordLength }, () => typeable.charAt(randomInt(typeable.length))).join(''),
};
