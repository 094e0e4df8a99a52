import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files of attachments and samples, by the SHA-256 of their content: writing twice is harmless. */
export interface AttachmentStore {
  /** Stores the bytes durably before the row that names them commits. */
  put(bytes: Buffer): Promise<{ sha256: Buffer; size: number }>;
  /** The bytes; throws when the file is missing. */
  get(sha256: Buffer): Promise<Buffer>;
  /** Whether the file is there. */
  has(sha256: Buffer): Promise<boolean>;
}

/** A store in a local folder. Names are made from the digest, never from what a client sends. */
export function createLocalAttachmentStore(folder: string): AttachmentStore {
  const pathOf = (sha256: Buffer) => {
    const name = sha256.toString('hex');
    return join(folder, name.slice(0, 2), name.slice(2, 4), name);
  };
  return {
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest();
      const path = pathOf(sha256);
      const exists = await stat(path).then(
        (found) => found.size === bytes.length,
        () => false,
      );
      if (!exists) await writeDurably(path, bytes);
      return { sha256, size: bytes.length };
    },
    get: (sha256) => readFile(pathOf(sha256)),
    has: (sha256) =>
      stat(pathOf(sha256)).then(
        (found) => found.isFile(),
        () => false,
      ),
  };
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
