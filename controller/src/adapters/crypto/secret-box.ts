import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
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
  };
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
