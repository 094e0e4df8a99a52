import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../errors.ts';

/** Secrets that must be used again (keys at other instances), kept in the database in encrypted form only. */
export interface SecretStore {
  /** Encrypts with AES-256-GCM (NIST SP 800-38D): version byte, nonce, tag, text. */
  seal(secret: string): Promise<Buffer>;
  /** Decrypts. Throws when the bytes were changed or another key file was used. */
  open(sealed: Buffer): Promise<string>;
  /** HMAC-SHA256 (RFC 2104) under a key of its own for each purpose: for what is handed out and must come back as it was. */
  sign(purpose: string, text: string): Promise<Buffer>;
}

const KEY_FILE = 'secrets.key';
const KEY_BYTES = 32;
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Uses the key in the data folder, beside the database and never in it; made at the first use. A copy of the database
 * without this file gives no key away.
 */
export function createSecretStore(dataDir: string): SecretStore {
  let loading: Promise<Buffer> | null = null;
  const key = () => {
    loading ??= loadKey(dataDir).catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  return {
    async seal(secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', await key(), nonce);
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), text]);
    },
    async sign(purpose, text) {
      const own = createHmac('sha256', await key())
        .update(`signature of ${purpose}`)
        .digest();
      return createHmac('sha256', own).update(text, 'utf8').digest();
    },
    async open(sealed) {
      if (sealed[0] !== VERSION) throw new Error('a stored secret has an unknown form');
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', await key(), nonce, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(tag);
      const text = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
    },
  };
}

async function loadKey(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, KEY_FILE);
  await mkdir(dataDir, { recursive: true });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`${path} holds no key of ${KEY_BYTES} bytes`);
  return key;
}
