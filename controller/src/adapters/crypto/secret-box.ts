import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { SecretBox } from '../../services/ports/definitions.js';

const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;

export interface MasterKey {
  /** First 16 hex digits of the key's SHA-256: says which key, tells nothing of it. */
  readonly id: string;
  readonly bytes: Buffer;
}

export const masterKeyOf = (bytes: Buffer): MasterKey => ({
  id: createHash('sha256').update('drover key id').update(bytes).digest('hex').slice(0, 16),
  bytes,
});

/** AES-256-GCM: nonce, ciphertext, tag in base64; the context is authenticated with it. Seals with the first key, opens with whichever sealed. */
export function createSecretBox(keys: readonly [MasterKey, ...MasterKey[]]): SecretBox {
  const [newest] = keys;
  const byId = new Map(keys.map((key) => [key.id, key]));
  return {
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', newest.bytes, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return { keyId: newest.id, box: sealed.toString('base64') };
    },
    open({ keyId, box }, context) {
      const key = byId.get(keyId);
      return key && opened(key, Buffer.from(box, 'base64'), context);
    },
    fingerprint: (text) => fingerprintBy(newest, text),
    isFingerprintOf(fingerprint, text) {
      const key = byId.get(fingerprint.split('.')[0] ?? '');
      return key !== undefined && fingerprintBy(key, text) === fingerprint;
    },
  };
}

/** By a key of its own, drawn from the master key, under whose id it stands. */
function fingerprintBy({ id, bytes }: MasterKey, text: string): string {
  const key = createHmac('sha256', bytes).update('drover fingerprint').digest();
  return `${id}.${createHmac('sha256', key).update(text).digest('hex')}`;
}

/** undefined for what was changed, moved to another context, or sealed with another key. */
function opened(key: MasterKey, sealed: Buffer, context: string): string | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
